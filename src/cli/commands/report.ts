import { extname } from 'node:path'
import { writeFileAtomic } from '../../base/write-file.js'
import { ModelError } from '../../index.js'
import { dataOptions, namesPlace, sourceOf, tableOptions } from '../options/data-options.js'
import { machineOptions, readMachine, sizesOf } from '../options/network-options.js'
import { readModelFile } from '../output/model-formats.js'
import { defineCommand } from '../parsing/command.js'
import { listed, wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { checkNotRead, checkWritable } from '../run/output.js'
import { note, print } from '../terminal/terminal.js'

const endings = ['.html', '.svg', '.png'] as const
type Ending = (typeof endings)[number]

/** A report has so many pictures of weights by default. */
const defaultPictures = 30

const testOptions = {
  ...dataOptions,
  ...tableOptions,
  count: { kind: wholeKind(1), meaning: 'number of test examples (default: all; 10000 drawn digits)' },
} as const

export const report = defineCommand({
  name: 'report',
  summary: 'writes a page that shows a saved network, or a picture of the network',
  operands: '<MODEL>',
  options: {
    output: {
      value: 'FILE',
      alias: '-o',
      meaning: 'the file to write (required): .html is a page; .svg and .png are a picture of the network',
    },
    pictures: {
      kind: wholeKind(1),
      meaning: `the largest number of neurons whose weights are shown (default ${defaultPictures})`,
    },
    ...testOptions,
    ...machineOptions,
  },
  notes: [
    [
      'The page has the layers, the curves of cost and accuracy, and the weights of the first layer. With options that name',
      'data, it also has the results of a test, and the worst mistakes. It needs no other file, and no script is in it.',
      'A .png needs the package sharp or @resvg/resvg-js; without them, the picture is written as .svg.',
    ].join('\n'),
  ],
  async run(args) {
    const { output, pictures = defaultPictures, count } = args
    const [model] = args.operands
    const machine = readMachine(args)
    if (output === undefined) throw new UsageError('report needs -o FILE, which ends with .html, .svg or .png')
    const ending = endingOf(output)
    const isTested = namesPlace(args)
    if (ending !== '.html' && isTested) throw new UsageError(`a test is for .html, not for ${ending}`)
    if (ending !== '.html' && args.pictures !== undefined)
      throw new UsageError(`--pictures is for .html, not for ${ending}`)
    if (count !== undefined && !isTested) throw new UsageError('--count needs --dataset, --data or --sql')
    // Without a place, `sourceOf` refuses the options of tables.
    const source = sourceOf(args)
    const inputs = [
      { option: 'MODEL', path: model },
      ...[args.data, args.database].flatMap((path) => (path === undefined ? [] : [{ option: 'the data', path }])),
    ]
    await checkNotRead({ option: '--output', path: output }, inputs)
    await checkWritable(output)
    const network = await readModelFile(model, machine)
    // What draws is loaded only here, because all other commands would start later with it.
    if (ending === '.html') {
      const test = isTested ? { rows: await source.test(count, network), name: source.name } : undefined
      const { report } = await import('../report/report.js')
      const page = await report(network, { path: model, pictures, test })
      await write(output, Buffer.from(page))
      await print(`${output}: a report of ${sizesOf(network)}`)
      return undefined
    }
    const { drawPng, drawSvg } = await import('../report/picture-file.js')
    const svg = drawSvg(network, model)
    const png = ending === '.png' ? await drawPng(svg) : undefined
    if (ending === '.png' && png === undefined) {
      const instead = `${output.slice(0, -ending.length)}.svg`
      await checkWritable(instead)
      await write(instead, Buffer.from(svg))
      note(`a .png needs the package sharp or @resvg/resvg-js (npm install sharp), so the picture is in ${instead}`)
      return undefined
    }
    await write(output, png ?? Buffer.from(svg))
    await print(`${output}: a picture of ${sizesOf(network)}`)
    return undefined
  },
})

function endingOf(path: string): Ending {
  const found = endings.find((ending) => ending === extname(path).toLowerCase())
  if (found) return found
  throw new UsageError(`--output must end with ${listed(endings)}, not ${JSON.stringify(path)}`)
}

const write = (path: string, content: Uint8Array): Promise<void> => writeFileAtomic(path, [content], ModelError)
