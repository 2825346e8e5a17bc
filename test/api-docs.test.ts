import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What people use most. A class stands for its description, `Class.member` for a method, `new Class` for its constructor. */
const verbs = [
  ...['Network', 'Dataset', 'Perceptron', 'new Network', 'new Dataset', 'new Perceptron'],
  ...['load', 'fromBytes', 'fromShared', 'train', 'fit', 'partialFit', 'standardize', 'feedforward', 'predict'].map(
    ofNetwork,
  ),
  ...[
    'classify',
    'classifier',
    'predictor',
    'classifyBatches',
    'predictBatches',
    'evaluate',
    'gradients',
    'activations',
  ].map(ofNetwork),
  ...['summary', 'listing', 'save', 'share', 'toBytes'].map(ofNetwork),
  ...['Dataset.allocate', 'Dataset.slice', 'dense', 'dropout', 'readIdx', 'readIdxFolder', 'mnist', 'digits'],
  ...['readCsv', 'streamCsv', 'readNdjson', 'readNpy', 'augment', 'splitDataset', 'kFold', 'crossValidate'],
  ...['checkGradients', 'saveOnnx', 'loadOnnx', 'saveJavaScript', 'saveNpz', 'loadNpz', 'createPool'],
  ...['classificationMetrics', 'topK'],
]

function ofNetwork(method: string): string {
  return `Network.${method}`
}

type Documented = ts.FunctionLikeDeclaration | ts.ClassDeclaration

/** The exported functions and classes of the library, and what is in the classes, by name; overloads one after another. */
const declarations = new Map<string, Documented[]>()
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('cli'))
  .map((name) => ts.createSourceFile(name, readFileSync(join(root, 'src', name), 'utf8'), ts.ScriptTarget.ES2023, true))
for (const source of sources) {
  for (const statement of source.statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    if (!isExported) continue
    if (ts.isFunctionDeclaration(statement) && statement.name) add(statement.name.text, statement)
    if (!ts.isClassDeclaration(statement) || !statement.name) continue
    const name = statement.name.text
    add(name, statement)
    for (const member of statement.members) {
      if (ts.isConstructorDeclaration(member)) add(`new ${name}`, member)
      if (ts.isMethodDeclaration(member) && ts.isIdentifier(member.name)) add(`${name}.${member.name.text}`, member)
    }
  }
}

function add(name: string, declaration: Documented): void {
  declarations.set(name, [...(declarations.get(name) ?? []), declaration])
}

/** What a docstring lacks: the tags that a reader expects of such a declaration. */
function lacks(declaration: Documented): string[] {
  const tags = ts.getJSDocTags(declaration)
  if (ts.isClassDeclaration(declaration)) return []
  const described = tags.filter(ts.isJSDocParameterTag).map((tag) => tag.name.getText())
  const parameters = declaration.parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : 'options'))
  const returned = declaration.type?.getText()
  const needsReturns = !ts.isConstructorDeclaration(declaration) && returned !== 'void'
  return [
    ...parameters.filter((name) => !described.includes(name)).map((name) => `@param ${name}`),
    ...described.filter((name) => !parameters.includes(name)).map((name) => `a parameter ${name}`),
    ...(needsReturns && !tags.some(ts.isJSDocReturnTag) ? ['@returns'] : []),
  ]
}

/** The programs in the examples of a declaration. */
function examplesOf(declaration: ts.Node): string[] {
  return ts
    .getJSDocTags(declaration)
    .filter(({ tagName }) => tagName.text === 'example')
    .map((tag) => /```ts\n(.*?)```/s.exec(ts.getTextOfJSDocComment(tag.comment) ?? '')?.[1] ?? '')
}

describe('the docstrings', () => {
  it.each(verbs)('of %s tell a reader all that is needed', (verb) => {
    // The last overload is the implementation, which nobody sees.
    const all = declarations.get(verb) ?? []
    const shown = all.length > 1 ? all.slice(0, -1) : all
    expect(shown).not.toEqual([])
    expect(shown.flatMap(lacks)).toEqual([])
    expect(examplesOf(shown[0]).join('').trim()).not.toBe('')
  })

  it('have examples that compile as programs', () => {
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
    }
    // They lie in the root of the package, which may import itself by its name: the declarations that are shipped.
    const programs = new Map(
      [...declarations].flatMap(([name, all]) =>
        all
          .flatMap(examplesOf)
          .map((text, i) => [join(root, `${name.replace('new ', 'new-')}-${i}.ts`), text] as const),
      ),
    )
    expect(programs.size).toBeGreaterThan(40)
    const host = ts.createCompilerHost(options)
    const { fileExists, readFile } = host
    host.fileExists = (path) => programs.has(path) || fileExists(path)
    host.readFile = (path) => programs.get(path) ?? readFile(path)
    const program = ts.createProgram({ rootNames: [...programs.keys()], options, host })
    const found = ts
      .getPreEmitDiagnostics(program)
      .map((diagnostic) => ts.formatDiagnostic(diagnostic, { ...host, getCurrentDirectory: () => root }))
    expect(found).toEqual([])
  })
})
