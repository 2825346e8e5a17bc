import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { DescentError, OptionError } from '#src/base/errors'
import { type Augmentation, type AugmentOptions, augment } from '#src/data/augment/augment'
import { Dataset } from '#src/data/dataset'
import { digits } from '#src/data/digits/digits'

const everything = { shift: 2, rotation: 10, scale: 0.1, elastic: { alpha: 34, sigma: 4 } }
/** Five shares, so that three threads have to take more than one. */
const drawn = await digits({ count: 300, seed: 3, threads: 1 })

const open: Augmentation[] = []
afterEach(() => {
  for (const augmentation of open.splice(0)) augmentation.close()
  vi.unstubAllGlobals()
})

function begin(dataset: Dataset, options?: AugmentOptions): Augmentation {
  const augmentation = augment(dataset, options)
  open.push(augmentation)
  return augmentation
}

function sha256({ inputs }: Dataset): string {
  return createHash('sha256').update(inputs).digest('hex')
}

/** The hash of one epoch from a new augmentation. */
async function hashOf(epoch: number, options: AugmentOptions = {}, dataset: Dataset = drawn): Promise<string> {
  return sha256(await begin(dataset, { ...everything, ...options }).epoch(epoch))
}

describe('the pictures of an epoch', () => {
  test('are the original pictures if all options are off', async () => {
    for (const dataset of [drawn, drawn.slice(10, 20)]) {
      expect(sha256(await begin(dataset).epoch(1))).toBe(sha256(dataset))
    }
  })

  test('are the same for any number of threads, and without threads', async () => {
    const one = await hashOf(4, { threads: 1 })
    expect(await hashOf(4, { threads: 3 })).toBe(one)
    expect(await hashOf(4)).toBe(one)
    const copy = Uint8Array.from(drawn.inputs)
    vi.stubGlobal('SharedArrayBuffer', undefined)
    const here = await begin(new Dataset({ inputs: copy, width: 784 }), everything).epoch(4)
    expect(here.inputs.buffer).toBeInstanceOf(ArrayBuffer)
    expect(sha256(here)).toBe(one)
  })

  test('are the same in every release', async () => {
    expect(await hashOf(1, {}, drawn.slice(0, 100))).toBe(
      '52c2acc07020c405559aaee6e854fd4b52607155d89de6b1381ef2b5a37e6611',
    )
  })

  test('differ between epochs, seeds and rows', async () => {
    const hashes = await Promise.all([hashOf(0), hashOf(1), hashOf(2), hashOf(1, { seed: 1 })])
    expect(new Set(hashes).size).toBe(4)
    const twice = Dataset.allocate({ rows: 2, width: 784 })
    for (const row of [0, 1]) twice.inputs.set(drawn.inputs.subarray(0, 784), row * 784)
    const { inputs } = await begin(twice, everything).epoch(1)
    expect(inputs.subarray(784)).not.toEqual(inputs.subarray(0, 784))
  })

  test('do not depend on earlier epochs, their order or other pictures', async () => {
    const five = await hashOf(5)
    const augmentation = begin(drawn, everything)
    for (const number of [4, 5, 9, 5, 6]) {
      const epoch = await augmentation.epoch(number)
      if (number === 5) expect(sha256(epoch)).toBe(five)
      else expect(sha256(epoch)).not.toBe(five)
    }
    const few = await begin(drawn.slice(0, 3), everything).epoch(5)
    expect(few.inputs).toEqual((await begin(drawn, everything).epoch(5)).inputs.subarray(0, 3 * 784))
  })

  test('come one after the other if several epochs are requested at once', async () => {
    const augmentation = begin(drawn, everything)
    const hashes = await Promise.all([1, 2, 7].map(async (number) => sha256(await augmentation.epoch(number))))
    expect(hashes).toEqual([await hashOf(1), await hashOf(2), await hashOf(7)])
  })

  test('stay valid while the next epoch is made, and their memory is reused for the one after that', async () => {
    const augmentation = begin(drawn, everything)
    const first = await augmentation.epoch(1)
    const second = await augmentation.epoch(2)
    expect(second.inputs.buffer).not.toBe(first.inputs.buffer)
    expect(await augmentation.epoch(2)).toBe(second)
    // The third epoch overwrites the first and leaves the second unchanged.
    const [, two, three] = await Promise.all([1, 2, 3].map((number) => hashOf(number)))
    while (sha256(first) !== three) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(sha256(second)).toBe(two)
    expect(await augmentation.epoch(3)).toBe(first)
  })

  test('have the shape, the scale and the labels of the dataset', async () => {
    const { inputs, labels } = drawn
    const scaled = new Dataset({ inputs: Uint8Array.from(inputs), width: 784, scale: 0.5, labels: labels ?? [] })
    const { rows, width, scale, labels: kept } = await begin(scaled, everything).epoch(1)
    expect({ rows, width, scale, kept }).toEqual({ rows: 300, width: 784, scale: 0.5, kept: labels })
  })

  test('have the targets of the dataset, to the last bit', async () => {
    const targets = Float64Array.from({ length: 8 }, (_, i) => i / 7)
    const dataset = new Dataset({ inputs: Uint8Array.from({ length: 24 }, (_, i) => i), width: 6, targets })
    const epoch = await begin(dataset, { width: 3, shift: 1 }).epoch(1)
    expect({ labels: epoch.labels, targets: epoch.targets }).toEqual({ labels: undefined, targets })
  })
})

describe('an augmentation', () => {
  const closed = new DescentError('the augmentation is closed: it makes no more epochs')

  test('knows its dataset', () => {
    expect(begin(drawn).dataset).toBe(drawn)
  })

  test('makes no more epochs after it is closed', async () => {
    const augmentation = begin(drawn)
    await augmentation.epoch(1)
    augmentation.close()
    await expect(augmentation.epoch(1)).rejects.toThrow(closed)
    await expect(augmentation.epoch(2)).rejects.toThrow(closed)
  })

  test.each([true, false])('rejects a pending epoch when it is closed (threads: %s)', async (threads) => {
    if (!threads) vi.stubGlobal('SharedArrayBuffer', undefined)
    for (const turns of [0, 1, 20]) {
      const augmentation = begin(drawn, everything)
      const waiting = augmentation.epoch(1)
      const rejected = expect(waiting).rejects.toThrow(closed)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      augmentation.close()
      await rejected
    }
  })

  test('does not keep a process running that never closes it', async () => {
    const at = (name: string): string => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url))
    const program = `import { augment } from ${at('data/augment/augment')}
      import { Dataset } from ${at('data/dataset')}
      const dataset = Dataset.allocate({ rows: 5000, width: 784 })
      console.log((await augment(dataset, { elastic: { alpha: 34, sigma: 4 } }).epoch(1)).rows)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      timeout: 30_000,
    })
    expect(stdout).toBe('5000\n')
  })
})

describe('wrong arguments', () => {
  const refused: [unknown, string][] = [
    [null, 'options must be an object, not null'],
    [
      { rotate: 3 },
      'unknown augment option "rotate"; known: width, height, shift, rotation, scale, elastic, seed, threads',
    ],
    [{ shift: -1 }, 'shift must be a number of pixels of at least 0, not -1'],
    [{ shift: '1' }, 'shift must be a number of pixels of at least 0, not "1"'],
    [{ rotation: 181 }, 'rotation must be a number of degrees from 0 to 180, not 181'],
    [{ rotation: '9' }, 'rotation must be a number of degrees from 0 to 180, not "9"'],
    [{ scale: 1 }, 'scale must be a fraction from 0 to below 1, not 1'],
    [{ scale: Number.NaN }, 'scale must be a fraction from 0 to below 1, not NaN'],
    [{ elastic: 34 }, 'elastic must be an object with alpha and sigma, not 34'],
    [{ elastic: null }, 'elastic must be an object with alpha and sigma, not null'],
    [{ elastic: { alpha: -1, sigma: 4 } }, 'alpha must be a number of pixels of at least 0, not -1'],
    [{ elastic: { alpha: 34 } }, 'sigma must be a number of pixels of at least 1, not undefined'],
    [{ elastic: { alpha: 34, sigma: 0.5 } }, 'sigma must be a number of pixels of at least 1, not 0.5'],
    [{ elastic: { alpha: 34, sgma: 4 } }, 'unknown elastic option "sgma"; known: alpha, sigma'],
    [{ seed: -1 }, 'seed must be a whole number of at least 0, not -1'],
    [{ threads: 0 }, 'threads must be a whole number from 1 to 256, not 0'],
    [{ width: 0 }, 'width must be a whole number of at least 1, not 0'],
    [{ height: 1.5 }, 'height must be a whole number of at least 1, not 1.5'],
    [{ width: 28, height: 27 }, 'width 28 times height 27 is 756, but a row of the dataset has 784 pixels'],
    [{ width: 29 }, 'width 29 does not fit: a row of the dataset has 784 pixels, which is not a multiple of it'],
    [{ height: 29 }, 'height 29 does not fit: a row of the dataset has 784 pixels, which is not a multiple of it'],
  ]

  test.each(refused)('%o', (options, message) => {
    expect(() => augment(drawn, options as AugmentOptions)).toThrow(new OptionError(message))
  })

  test('not a dataset, or a dataset without bytes', () => {
    expect(() => augment({} as Dataset)).toThrow(new OptionError('dataset must be a Dataset, not an object (Object)'))
    expect(() => augment(new Dataset({ inputs: new Float32Array(8), width: 4 }))).toThrow(
      new OptionError(
        'dataset.inputs must be a Uint8Array: only pictures of bytes can be augmented, not Float32Array(8)',
      ),
    )
  })

  test('pictures of unknown shape', () => {
    expect(() => augment(Dataset.allocate({ rows: 1, width: 6 }))).toThrow(
      new OptionError(
        'width and height must be given, because the pictures are not square: a row of the dataset has 6 pixels',
      ),
    )
  })

  test('a wrong epoch number', async () => {
    const augmentation = begin(drawn)
    for (const number of [-1, 1.5, 2 ** 32]) {
      await expect(augmentation.epoch(number)).rejects.toThrow(
        new OptionError(`epoch must be a whole number from 0 to 4294967295, not ${number}`),
      )
    }
  })
})
