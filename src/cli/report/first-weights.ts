import { formatNumber } from '../../drawing/format-number.js'
import { heatTable } from '../../drawing/heat-table.js'
import { element, type Markup } from '../../drawing/markup.js'
import { drawing, text } from '../../drawing/svg.js'
import { largest, pictureSide } from '../../drawing/weight-picture.js'
import type { Network } from '../../index.js'
import { neuronNames } from '../output/neuron-names.js'
import { count } from '../parsing/format.js'
import { section, wide } from './page.js'
import { weightImage } from './pictures.js'

/** A table of weights has at most this many inputs as its columns. */
const mostColumns = 12

/**
 * Shows what each neuron of the first layer looks for: its weights as a picture if the inputs are square pictures, or
 * otherwise as a row of numbers. `most` is the largest number of neurons that are shown.
 */
export function firstWeights(network: Network, most: number): Markup {
  const [{ inputs, outputs, weights, biases }] = network.layers
  const shown = Math.min(outputs, most)
  const limit = largest(weights)
  const names = neuronNames(network, 1)
  const rest = shown < outputs ? ` The first ${count(shown)} of ${count(outputs)} neurons are shown.` : ''
  const side = pictureSide(inputs, network.inputNames)
  if (side !== undefined) {
    const pictures = Array.from({ length: shown }, (_, neuron) =>
      weightImage(weights.subarray(neuron * inputs, (neuron + 1) * inputs), side, limit, {
        caption: names[neuron],
        alt: `Weights of ${names[neuron]} as ${side} x ${side} pixels; its bias is ${formatNumber(biases[neuron])}`,
      }),
    )
    return section(
      'What each neuron looks for',
      `Blue pixels speak for a neuron of the first layer, and orange ones against it. All pictures have one scale.${rest}`,
      scale(limit),
      element('div', { class: 'pictures' }, ...pictures),
    )
  }
  const columns = Math.min(inputs, mostColumns)
  const values = Array.from({ length: shown }, (_, neuron) =>
    weights.subarray(neuron * inputs, neuron * inputs + columns),
  )
  const more = columns < inputs ? ` The first ${columns} of ${count(inputs)} inputs are shown.` : ''
  const title = 'Weights of the first layer'
  const inputNames = network.inputNames ?? Array.from({ length: inputs }, (_, i) => `input ${i}`)
  const table = heatTable({
    title,
    values: values.flatMap((row) => [...row]),
    rows: names.slice(0, shown),
    columns: inputNames.slice(0, columns),
  })
  return section(
    'What each neuron looks for',
    `Each row has the weights of a neuron of the first layer: blue inputs speak for it, orange ones against it.${rest}${more}`,
    wide(title, table),
  )
}

/** Draws the scale of the colors of weights. */
function scale(limit: number): Markup {
  const gradient = element(
    'linearGradient',
    { id: 'weights' },
    element('stop', { class: 'from', offset: 0 }),
    element('stop', { class: 'zero', offset: 0.5 }),
    element('stop', { class: 'to', offset: 1 }),
  )
  const end = formatNumber(limit)
  return element(
    'div',
    { class: 'scale' },
    drawing(
      { width: 280, height: 40 },
      `The colors of weights, from ${end} below zero, orange, to ${end} above zero, blue`,
      element('defs', {}, gradient),
      element('rect', { x: 20, y: 4, width: 240, height: 12, fill: 'url(#weights)' }),
      text(20, 32, `-${end}`, 'faint middle'),
      text(140, 32, '0', 'faint middle'),
      text(260, 32, end, 'faint middle'),
    ),
  )
}
