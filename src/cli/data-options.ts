import { basename, resolve } from 'node:path'
import { type Dataset, digits, findMnist, mnist, readIdxFolder, type Split } from '../index.js'
import type { Arguments } from './arguments.js'
import { note } from './terminal.js'
import { UsageError } from './usage-error.js'

export const dataOptions = {
  dataset: {
    value: 'NAME',
    meaning: 'digits: drawn on the spot (default), or mnist: fetched once where it is missing',
  },
  data: { value: 'FOLDER', meaning: 'a folder of four IDX files instead, plain or gzip, named as those of MNIST' },
} as const

/** Where examples lie: a name that descent knows, or a folder of IDX files. */
export type Place = { readonly dataset: (typeof datasets)[number] } | { readonly folder: string }

export const datasets = ['digits', 'mnist'] as const

/** Where examples come from. */
export interface Source {
  readonly place: Place
  /** A short name: "digits", "mnist", or that of the folder. */
  readonly name: string
  /** What is done to have them, and has been done: "drawing", "drawn". */
  readonly doing: string
  readonly done: string
  /** The number of classes, where it is known without looking at the labels. */
  readonly classes?: number
  /** Those to learn from and those to be judged by; `count` is the number of the former. */
  split(count: number | undefined, signal?: AbortSignal): Promise<Split>
  /** Those to be judged by, or the first `count` of them. */
  test(count: number | undefined): Promise<Dataset>
}

/** The source that the options name, or else the place. @throws UsageError */
export function sourceOf(args: Arguments<keyof typeof dataOptions>, place: Place = { dataset: 'digits' }): Source {
  const folder = args.text('data')
  const dataset = args.choice('dataset', datasets)
  if (folder !== undefined && dataset) {
    throw new UsageError('--data and --dataset exclude each other: the examples come from one place')
  }
  if (folder !== undefined) return sourceAt({ folder })
  return sourceAt(dataset ? { dataset } : place)
}

function sourceAt(place: Place): Source {
  if ('folder' in place) {
    return { ...filed(basename(resolve(place.folder)), () => readIdxFolder(place.folder)), place }
  }
  return sources[place.dataset]
}

/** The digits to learn from and those to be judged by are drawn from seeds of their own, the same for every run. */
const seeds = { training: 1, test: 2 }
const defaultCounts = { training: 60_000, test: 10_000 }

const draw = (part: keyof typeof seeds, count: number, signal?: AbortSignal) =>
  digits({ count, seed: seeds[part], ...(signal && { signal }) })

const drawn: Source = {
  place: { dataset: 'digits' },
  name: 'digits',
  doing: 'drawing',
  done: 'drawn',
  classes: 10,
  async split(count = defaultCounts.training, signal) {
    const share = defaultCounts.test / defaultCounts.training
    // One after the other: each draws with all threads.
    const training = await draw('training', count, signal)
    return { training, test: await draw('test', Math.max(1, Math.round(count * share)), signal) }
  },
  test: (count = defaultCounts.test) => draw('test', count),
}

/** The sources that have a name of their own. */
export const sources = {
  digits: drawn,
  mnist: { ...filed('mnist', readMnist), classes: 10, place: { dataset: 'mnist' } },
} as const satisfies Record<string, Source>

function filed(name: string, read: (signal?: AbortSignal) => Promise<Split>): Omit<Source, 'place'> {
  return {
    name,
    doing: 'reading',
    done: 'read',
    async split(count, signal) {
      const { training, test } = await read(signal)
      return { training: firstOf(training, count), test }
    },
    async test(count) {
      return firstOf((await read()).test, count)
    },
  }
}

function firstOf(dataset: Dataset, count = dataset.size): Dataset {
  if (count <= dataset.size) return dataset.slice(0, count)
  throw new UsageError(`--count must be at most ${dataset.size}, the number of examples there are, not "${count}"`)
}

async function readMnist(signal?: AbortSignal): Promise<Split> {
  const fetching = !process.env.DESCENT_MNIST && (await findMnist()) === undefined
  if (fetching) note('MNIST is not on this machine: fetching it, 11 MB, once')
  return mnist({ fetch: true, ...(signal && { signal }) })
}
