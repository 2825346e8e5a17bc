import { describe, expect, it } from 'vitest'
import { type BatchSource, Dataset, type DatasetOptions, Network, OptionError, type TrainOptions } from '#src/index'

const data = new Dataset({ inputs: [[1, 2]], targets: [[1]] })
const network = new Network([2, 1], { backend: 'typescript' })
const nothing = null as unknown as object
const learn = (extra: object) => network.fit(data, { learningRate: 1, epochs: 1, ...extra } as TrainOptions)
/** A source whose iterator has any type, as in a program without type checks. */
const source = (iterator: unknown) => (() => ({ [Symbol.asyncIterator]: () => iterator })) as BatchSource
const fitSource = (iterator: unknown) => network.fit(source(iterator), { learningRate: 1, epochs: 1 })

describe('arguments of a wrong type', () => {
  it.each<[string, () => unknown, string]>([
    ['a network', () => new Network([2, 1], nothing), 'network options must be an object, not null'],
    ['a dataset', () => new Dataset(nothing as DatasetOptions), 'dataset options must be an object, not null'],
    ['evaluate', () => network.evaluate(data, nothing), 'evaluate options must be an object, not null'],
    ['predict', () => network.predict([1, 2], nothing), 'predict options must be an object, not null'],
    ['gradients', () => network.gradients([1, 2], [1], nothing), 'gradients options must be an object, not null'],
    ['load', () => Network.load('x', nothing), 'load options must be an object, not null'],
    ['a signal', () => learn({ signal: 5 }), 'signal must be an AbortSignal, not 5'],
    ['a progress', () => learn({ onProgress: 'yes' }), 'onProgress must be a function, not "yes"'],
    ['metrics', () => learn({ metrics: null }), 'metrics need a validation dataset'],
    [
      'a source that gives nothing',
      () => fitSource({ next: () => undefined }),
      'the result of next() in epoch 1 must be an object such as { done: true }, not undefined',
    ],
    [
      'a source without next',
      () => fitSource({}),
      'the iterator of the source must be an object with a function next, not an object (Object)',
    ],
    [
      'a source without an iterator',
      () => fitSource(undefined),
      'the iterator of the source must be an object with a function next, not undefined',
    ],
  ])('are refused with an OptionError: %s', async (_name, work, message) => {
    await expect((async () => work())()).rejects.toThrow(new OptionError(message))
  })
})
