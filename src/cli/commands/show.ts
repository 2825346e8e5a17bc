import { formatNumber } from '../../drawing/format-number.js'
import { largest, pictureSide } from '../../drawing/weight-picture.js'
import { machineOptions, readMachine, sizesOf } from '../options/network-options.js'
import { readModelFile } from '../output/model-formats.js'
import { neuronNames } from '../output/neuron-names.js'
import {
  graphicPictures,
  type NamedWeights,
  plainLegend,
  type TextForm,
  weightPictures,
  weightRows,
} from '../output/weight-text.js'
import { defineCommand } from '../parsing/command.js'
import { count } from '../parsing/format.js'
import { oneOf, wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { askGraphics } from '../terminal/graphics.js'
import { colorsOf } from '../terminal/raster.js'
import { print, printDrawing } from '../terminal/terminal.js'

const defaultPictures = 30
/** The number of characters of a line where the output is not a terminal. */
const usualColumns = 80

export const show = defineCommand({
  name: 'show',
  summary: 'shows the weights of a saved network as pictures in the terminal',
  operands: '<MODEL>',
  options: {
    layer: { kind: wholeKind(1), meaning: 'the layer whose weights are shown, from 1 (default 1)' },
    pictures: {
      kind: wholeKind(1),
      meaning: `the largest number of neurons that are shown (default ${defaultPictures})`,
    },
    graphics: {
      kind: oneOf('auto', 'blocks', 'plain'),
      meaning:
        'auto (default): pixels if the terminal answers that it can show them; blocks: half blocks; plain: characters',
    },
    ...machineOptions,
  },
  notes: [
    [
      'Blue is positive, orange negative, and the strongest color is the largest weight of the layer. The terminal is asked',
      'how it can show pixels: by the protocol of kitty, or as sixels. Without colors (see NO_COLOR), characters are used.',
    ].join('\n'),
  ],
  async run(args) {
    const { layer: number = 1, pictures = defaultPictures, graphics = 'auto' } = args
    const [model] = args.operands
    const network = await readModelFile(model, readMachine(args))
    const { layers } = network
    if (number > layers.length) {
      throw new UsageError(`--layer must be at most ${layers.length}, the number of layers, not "${number}"`)
    }
    const { inputs, outputs, activation, weights } = layers[number - 1]
    const shown = Math.min(outputs, pictures)
    const names = neuronNames(network, number)
    const neurons = Array.from({ length: shown }, (_, i): NamedWeights => {
      return { name: names[i], weights: weights.subarray(i * inputs, (i + 1) * inputs) }
    })
    const { stdin: input, stdout: output, env } = process
    const form: TextForm = {
      colors: graphics === 'plain' ? 'none' : colorsOf(output),
      columns: (output.isTTY && output.columns) || usualColumns,
      limit: largest(weights),
    }
    // Pictures come from the first layer, whose weights have the places of the pixels.
    const side = number === 1 ? pictureSide(inputs, network.inputNames) : undefined
    await print(
      `${model}: ${sizesOf(network)}, layer ${number} of ${layers.length}: ${count(outputs)} ${activation}, ${countOf(shown, outputs)}`,
    )
    await print(
      form.colors === 'none' ? `${plainLegend}; the largest is ${formatNumber(form.limit)}\n` : colorLegend(form),
    )
    if (side === undefined) await printDrawing(weightRows(neurons, form).join('\n'))
    else {
      const way = graphics === 'auto' && form.colors !== 'none' ? await askGraphics({ input, output, env }) : undefined
      const drawings = way ? graphicPictures(neurons, side, form, way) : weightPictures(neurons, side, form)
      for (const drawing of drawings) await printDrawing(`${drawing}\n`)
    }
    return undefined
  },
})

const countOf = (shown: number, all: number): string =>
  shown === all ? 'all are shown' : `the first ${count(shown)} are shown`

const colorLegend = ({ limit }: TextForm): string =>
  `blue is positive, orange negative; the strongest color is ${formatNumber(limit)}\n`
