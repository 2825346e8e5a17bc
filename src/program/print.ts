import type { Region } from './arena.js'
import { type Kernel, kernelNames, kernels, tableSignature } from './kernels.js'
import { operandsOf, type Program } from './program.js'

function printRegion(region: Region): string {
  return region.shape.length > 0 ? `${region.name}[${region.shape.join('x')}]` : region.name
}

/** Returns the program as text, with one line per command. Each line shows the formula that the command computes. */
export function printProgram(program: Program): string {
  const lines = program.commands.map((command, index) => {
    const operands = Object.fromEntries(
      operandsOf(command).map(({ name, value }) => [
        name,
        typeof value === 'object' ? printRegion(value) : String(Number(value)),
      ]),
    )
    const { formula }: Kernel = kernels[command.kernel]
    return `${String(index).padStart(3)}  ${command.kernel.padEnd(16)} ${formula(operands)}`
  })
  const sizes = Object.entries(program.sizes).flatMap(([segment, size]) => (size > 0 ? [`${segment} ${size}`] : []))
  const head = `${program.name}: ${program.rows} ${program.rows === 1 ? 'row' : 'rows'} a pass, ${program.dtype}; ${sizes.join(', ')}`
  return [head, ...lines].join('\n')
}

/**
 * Returns the content of native/kernels/kernels.inc, which is the table of kernels as C++ macros. In the macros,
 * `{0, 1}` means that the size of an array is operand 0 times operand 1.
 */
export function printNativeTable(): string {
  const head =
    '// Printed from the table in src/program/kernels.ts by `npm run docs`; do not edit. A row: name, source, operands.\n'
  return head + tableSignature().replace(/^.+$/gm, 'DESCENT_ROW($&)')
}

/** Returns the table of kernels as a page of Markdown, for docs/internals/kernels.md. */
export function printKernels(): string {
  const sections = kernelNames.map((name) => {
    const { operands, formula, meaning, source, tolerance }: Kernel = kernels[name]
    const rows = Object.entries(operands).map(([operand, type]) =>
      typeof type === 'string'
        ? `| ${operand} | ${type} | | |`
        : `| ${operand} | ${type.kind} | ${type.access} | ${type.extent.join(' x ') || '1'} |`,
    )
    const names = Object.fromEntries(Object.keys(operands).map((operand) => [operand, operand]))
    return [
      `## ${name}`,
      '',
      meaning,
      '',
      `    ${formula(names)}`,
      '',
      '| operand | kind | access | elements |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
      `${source ? `Source of the run: ${source}. ` : ''}The backends agree to ${tolerance.float32} in float32 and ${tolerance.float64} in float64.`,
    ].join('\n')
  })
  return [
    '# Kernels',
    '',
    '[Documentation](../README.md) · Internals',
    '',
    'Printed from the table in `src/program/kernels.ts` by `npm run docs`; do not edit. Matrices are row-major.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n')
}
