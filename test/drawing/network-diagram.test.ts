import { describe, expect, it } from 'vitest'
import { layoutNetwork, networkDiagram } from '#src/drawing/network-diagram'

const space = { left: 0, right: 100, top: 0, bottom: 170 }

describe('the layout of a network', () => {
  it('shows all neurons of small layers, centered', () => {
    const { layers } = layoutNetwork([2, 3], space)
    expect(layers[0]).toMatchObject({ size: 2, x: 0, ellipsis: undefined })
    expect(layers[1].neurons.map(({ index, x }) => [index, x])).toEqual([
      [0, 100],
      [1, 100],
      [2, 100],
    ])
    expect(layers[0].neurons[0].y + layers[0].neurons[1].y).toBeCloseTo(170, 9)
  })

  it('shows the first and the last neurons of large layers, with an ellipsis between them', () => {
    const [inputs] = layoutNetwork([784, 10], space).layers
    expect(inputs.neurons.map(({ index }) => index)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 776, 777, 778, 779, 780, 781, 782, 783,
    ])
    expect(inputs.ellipsis).toBeCloseTo(85, 9)
    // Of 17 places, the ellipsis has the ninth, so no neuron is there.
    const ys = inputs.neurons.map(({ y }) => Math.round(y))
    expect(ys).toEqual([5, 15, 25, 35, 45, 55, 65, 75, 95, 105, 115, 125, 135, 145, 155, 165])
  })
})

describe('the diagram', () => {
  const layer = { inputs: 2, outputs: 2, activation: 'sigmoid', weights: [4, -1, 0, -4], biases: [2, -1] }

  it('draws each weight that is not near zero, by its sign and its strength', () => {
    const { markup } = networkDiagram({ layers: [layer] })
    const paths = [...markup.matchAll(/<path class="(\w+)" stroke-width="([\d.]+)"/g)]
    expect(paths.map(([, sign, width]) => [sign, width])).toEqual([
      ['negative', '1.05'],
      ['negative', '3'],
      ['positive', '3'],
    ])
  })

  it('shows biases as colors, strong if they are large for their layer', () => {
    const { markup } = networkDiagram({ layers: [layer] })
    expect([...markup.matchAll(/class="(\w+-area)" fill-opacity="([\d.]+)"/g)].map(([, ...found]) => found)).toEqual([
      ['positive-area', '1'],
      ['negative-area', '0.5'],
    ])
  })

  it('names the inputs and the classes, and escapes and shortens the names', () => {
    const { markup } = networkDiagram({
      layers: [layer],
      inputNames: ['a & b', '<script>'],
      labelNames: ['x'.repeat(30), '\u202ey'],
    })
    expect(markup).toContain('>a &amp; b</text>')
    expect(markup).toContain('>&lt;script&gt;</text>')
    expect(markup).toContain(`>${'x'.repeat(17)}…</text>`)
    expect(markup).toContain('>\\u202ey</text>')
  })

  it('says the sizes of the layers, and names the class of a single output', () => {
    const one = { inputs: 1, outputs: 1, activation: 'tanh', weights: [0], biases: [0] }
    const { markup } = networkDiagram({ layers: [one], labelNames: ['no', 'yes'] })
    expect(markup).toContain('>1 input</text>')
    expect(markup).toContain('>1 tanh</text>')
    expect(markup).toContain('>yes</text>')
    expect(markup).not.toContain('>no</text>')
  })
})
