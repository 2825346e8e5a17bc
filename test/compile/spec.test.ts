import { describe, expect, it } from 'vitest'
import { OptionError } from '#src/base/errors'
import { activationNames } from '#src/compile/activations'
import { type CostName, costs } from '#src/compile/costs'
import { dense, describeNetwork, dropout, scaling } from '#src/compile/spec'

describe('describeNetwork', () => {
  it('takes layer sizes as sigmoid neurons with the quadratic cost and the initializer of the book', () => {
    expect(describeNetwork([784, 30, 10])).toEqual({
      inputs: 784,
      layers: [dense(30, 'sigmoid'), dense(10, 'sigmoid')],
      cost: 'quadratic',
      initializer: 'normal',
    })
  })

  it('takes the initializer that suits the hidden layers', () => {
    const initializers = activationNames.map((activation) => {
      const layers = [dense(4, activation), dense(2, 'identity')]
      return [activation, describeNetwork({ inputs: 3, layers }).initializer]
    })
    const rectifiers = ['relu', 'leaky-relu', 'elu', 'gelu', 'silu', 'mish', 'softplus']
    expect(Object.fromEntries(initializers)).toEqual({
      ...Object.fromEntries(rectifiers.map((activation) => [activation, 'he'])),
      selu: 'lecun',
      tanh: 'glorot',
      ...Object.fromEntries(['sigmoid', 'identity', 'softmax', 'step'].map((activation) => [activation, 'normal'])),
    })
    expect(describeNetwork({ inputs: 3, layers: [dense(4, 'selu'), dense(2, 'tanh')] }).initializer).toBe('lecun')
  })

  it('keeps the parametrization and the initializer of a layer, and takes N(0, 1) for ntk', () => {
    const layers = [dense(4, 'selu', { parametrization: 'ntk' }), dense(2, 'identity', { initializer: 'zeros' })]
    expect(layers).toEqual([
      { kind: 'dense', outputs: 4, activation: 'selu', parametrization: 'ntk' },
      { kind: 'dense', outputs: 2, activation: 'identity', initializer: 'zeros' },
    ])
    const described = describeNetwork({ inputs: 3, layers })
    expect(described).toEqual({ inputs: 3, layers, cost: 'quadratic', initializer: 'normal' })
    expect(describeNetwork(described)).toEqual(described)
    expect(dense(4, 'selu', { parametrization: 'standard' })).toEqual(dense(4, 'selu'))
  })

  it.each<[unknown, string]>([
    [{ parametrization: 'mup' }, 'parametrization must be one of standard, ntk, not "mup"'],
    [
      { initializer: 'ones' },
      'initializer must be one of normal, scaled-normal, he, he-uniform, glorot, glorot-uniform, lecun, lecun-uniform, zeros, not "ones"',
    ],
    [{ bias: false }, 'unknown dense option "bias"; known: parametrization, initializer'],
    ['ntk', `options must be an object such as { parametrization: 'ntk' }, not "ntk"`],
  ])('refuses a dense layer with the options %j', (options, message) => {
    expect(() => dense(4, 'selu', options as object)).toThrow(new OptionError(message))
  })

  it('keeps a scaling layer as a member', () => {
    const layers = [scaling(), dropout(0.25), dense(4)]
    const described = describeNetwork({ inputs: 3, layers })
    expect(described).toEqual({
      inputs: 3,
      layers: [dense(4)],
      inputDropout: 0.25,
      scaling: true,
      cost: 'quadratic',
      initializer: 'normal',
    })
    expect(describeNetwork(described)).toEqual(described)
    expect(describeNetwork({ inputs: 3, layers: [dense(4)], scaling: false })).toEqual(describeNetwork([3, 4]))
  })

  const layers = [dense(2)]
  it.each<[unknown, string]>([
    [[784], 'sizes must be at least two layer sizes, such as [784, 30, 10], not [784]'],
    [[784, 0], 'sizes[1] must be a whole number of at least 1, not 0'],
    [[784, 2.5], 'sizes[1] must be a whole number of at least 1, not 2.5'],
    [null, 'description must be a list of layer sizes or an object with inputs and layers, not null'],
    [7, 'description must be a list of layer sizes or an object with inputs and layers, not 7'],
    [{ inputs: 0, layers }, 'inputs must be a whole number of at least 1, not 0'],
    [{ inputs: 2, layers: [] }, 'layers must be a list of at least one layer, not []'],
    [
      { inputs: 2, layers: [dense(3), scaling(), dense(2)] },
      'layers[1] is a scaling layer: there may be one, and it must be the first layer',
    ],
    [
      { inputs: 2, layers: [scaling(), dense(2)], scaling: true },
      'layers[0] is a scaling layer: there may be one, and it must be the first layer',
    ],
    [
      { inputs: 2, layers: [scaling()] },
      'layers must be a list with at least one dense layer, not [an object (Object)]',
    ],
    [{ inputs: 2, layers, scaling: 2 }, 'scaling must be true or false, not 2'],
    [{ inputs: 2, layers: [30] }, 'layers[0] must be a layer such as dense(30) or dropout(0.5), not 30'],
    [{ inputs: 2, layers, cost: 'hinge' }, 'cost must be one of quadratic, cross-entropy, huber, not "hinge"'],
    [
      { inputs: 2, layers, cost: 'log-likelihood' },
      "the cost log-likelihood is not defined for sigmoid outputs: it is the book's name for cross-entropy with softmax outputs; take softmax outputs, or for sigmoid outputs the cost quadratic, cross-entropy or huber",
    ],
    [
      { inputs: 2, layers, initializer: 'toString' },
      'initializer must be one of normal, scaled-normal, he, he-uniform, glorot, glorot-uniform, lecun, lecun-uniform, zeros, not "toString"',
    ],
    [
      { inputs: 2, layers, costs: 'x' },
      'unknown network option "costs"; known: inputs, layers, inputDropout, scaling, cost, initializer',
    ],
    [
      { inputs: 2, layers: [dense(2, 'identity')], cost: 'cross-entropy' },
      'the cost cross-entropy is not defined for identity outputs: it takes the logarithm of outputs as probabilities, so they must lie above 0 and below 1; take sigmoid or softmax outputs, or for identity outputs the cost quadratic or huber',
    ],
    [
      { inputs: 2, layers: [dense(1, 'softmax')], cost: 'cross-entropy' },
      'the cost cross-entropy is not defined for one softmax output: it is always 1, and the gradient 0; take one sigmoid output, or two softmax outputs',
    ],
    [
      { inputs: 2, layers: [{ kind: 'dense', outputs: 2, activation: 'sigmoid', bias: false }] },
      'unknown layers[0] option "bias"; known: kind, outputs, activation, dropout, parametrization, initializer',
    ],
  ])('refuses %j', (description, message) => {
    expect(() => describeNetwork(description as number[])).toThrow(new OptionError(message))
  })

  it('accepts every cost for the outputs that it is defined for, and refuses all others', () => {
    const taken = Object.fromEntries(
      (Object.keys(costs) as CostName[]).map((cost) => [
        cost,
        activationNames.filter((activation) => {
          try {
            return describeNetwork({ inputs: 2, layers: [dense(2, activation)], cost })
          } catch (error) {
            const sentence = `the cost ${cost} is not defined for ${activation} outputs: `
            expect(error).toBeInstanceOf(OptionError)
            expect((error as OptionError).message.startsWith(sentence)).toBe(true)
            return false
          }
        }),
      ]),
    )
    expect(taken).toEqual({
      quadratic: activationNames,
      'cross-entropy': ['sigmoid', 'softmax'],
      huber: activationNames,
    })
  })

  it("takes the book's name for the cross-entropy of softmax outputs, and stores the standard one", () => {
    const layers = [dense(2, 'softmax')]
    expect(describeNetwork({ inputs: 2, layers, cost: 'log-likelihood' }).cost).toBe('cross-entropy')
    const alone = { inputs: 2, layers: [dense(1, 'softmax')], cost: 'log-likelihood' } as const
    expect(() => describeNetwork(alone)).toThrow(
      new OptionError(
        'the cost cross-entropy is not defined for one softmax output: it is always 1, and the gradient 0; take one sigmoid output, or two softmax outputs',
      ),
    )
  })

  it('refuses a layer without neurons, or of an unknown kind', () => {
    expect(() => dense(0)).toThrow(new OptionError('outputs must be a whole number of at least 1, not 0'))
    expect(() => dense(3, 'sigmoidal' as 'sigmoid')).toThrow(
      new OptionError(
        'activation must be one of sigmoid, tanh, relu, leaky-relu, elu, selu, gelu, silu, mish, softplus, identity, softmax, step, not "sigmoidal"',
      ),
    )
  })
})
