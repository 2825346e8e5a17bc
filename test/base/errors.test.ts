import { describe, expect, it } from 'vitest'
import { checkInteger, checkKeys } from '#src/base/checks'
import { OptionError, optionError } from '#src/base/errors'
import { dense, Network } from '#src/index'

/** The error that is thrown. */
function thrown(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('an OptionError', () => {
  it.each([
    [() => checkInteger({ epochs: 0 }, 1), 'epochs', 0],
    [() => checkKeys('train', { epoch: 3 }, ['epochs']), 'epoch', 3],
    [() => dense(3, 'rleu' as 'relu'), 'activation', 'rleu'],
    [() => new Network({ inputs: 2, layers: [dense(1, 'relu')], cost: 'cross-entropy' }), 'cost', 'cross-entropy'],
    [() => optionError({ 'adam.beta1': 2 }, 'a number from 0 to below 1'), 'adam.beta1', 2],
  ])('of %s carries its option and what was given for it', (work, option, value) => {
    const error = thrown(work)
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option, value })
  })

  it('says what descent calls the loss', () => {
    const network = { inputs: 2, layers: [dense(1)], loss: 'mse' }
    expect(() => new Network(network)).toThrow(
      /^unknown network option "loss"; descent calls it cost; known: inputs, layers, /,
    )
  })
})
