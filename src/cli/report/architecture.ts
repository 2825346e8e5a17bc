import { basename } from 'node:path'
import { element, type Markup } from '../../drawing/markup.js'
import { networkDiagram } from '../../drawing/network-diagram.js'
import type { Network } from '../../index.js'
import { sizesOf } from '../options/network-options.js'
import { count } from '../parsing/format.js'
import { dataTable, section, wide } from './page.js'

/** Returns the heading of the page: the name of the model and the facts that fit a line. */
export function heading(path: string, network: Network): Markup {
  const { cost, initializer } = network.description
  const facts = [
    `${sizesOf(network)}: ${count(network.parameters.length)} parameters in ${network.dtype}`,
    `${cost} cost`,
    `initializer ${initializer}`,
  ]
  return element(
    'header',
    {},
    element('h1', {}, element('bdi', {}, basename(path))),
    element('p', { class: 'faint' }, facts.join(', ')),
  )
}

/** Draws the network with its weights, and lists its layers. */
export function architecture(network: Network): Markup {
  const { inputDropout, layers } = network.description
  const rows = network.layers.map(({ inputs, outputs, activation }, i) => [
    String(i + 1),
    `${count(inputs)} to ${count(outputs)}`,
    activation,
    count(outputs * (inputs + 1)),
    dropoutOf(layers[i].dropout),
  ])
  const sentence =
    'Each line is a weight. Follow the strong lines from an output backwards to see which neurons decide about it.'
  const dropped = inputDropout ? ` Dropout of the inputs: ${dropoutOf(inputDropout)}.` : ''
  return section(
    'The network',
    `${sentence}${dropped}`,
    wide('The network with its weights', networkDiagram(network), 'wide chart'),
    dataTable('Layers', ['layer', 'inputs to outputs', 'activation', 'parameters', 'dropout'], rows),
  )
}

const dropoutOf = (rate = 0): string => (rate === 0 ? 'none' : `${(100 * rate).toFixed(0)} %`)
