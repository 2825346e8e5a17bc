import type {
  CostName,
  Dataset,
  EarlyStopping,
  InitializerName,
  LoadOptions,
  Progress,
  ScheduleOption,
} from '../../index.js'

/** A number of the book, and its unit. */
export interface Figure {
  readonly name: string
  readonly unit: 'percent' | 'epochs' | 'number'
  /** The number in the book; undefined if the book leaves it to the reader. */
  readonly book?: number
}

/** The pictures, divided as the book divides them. */
export interface Pictures {
  readonly training: Dataset
  readonly validation: Dataset
  readonly test: Dataset
}

/** The environment of an experiment. */
export interface Laboratory {
  readonly machine: LoadOptions
  readonly seed: number
  /** A limit on the epochs of each training, if it should be shorter than the book's. */
  readonly epochs?: number
  /** The pictures, read when they are first asked for. */
  readonly pictures: () => Promise<Pictures>
  readonly signal?: AbortSignal
  /** Called with the progress of a training and its most epochs. */
  readonly progress?: (progress: Progress, epochs: number) => void
}

/** A network that the book trains on pictures of digits, and its options. */
export interface Training {
  /** Neurons of each hidden layer. */
  readonly hidden: readonly number[]
  readonly cost: CostName
  readonly initializer: InitializerName
  readonly epochs: number
  readonly learningRate: number
  /** The book's lambda. */
  readonly lambda?: number
  /** Trains only on this many pictures, the first ones. */
  readonly first?: number
  /** The most pixels by which pictures are shifted, differently in each epoch. */
  readonly shift?: number
  readonly judgedBy: 'test' | 'validation'
  /** Whether to measure the accuracy on the training pictures too. */
  readonly judgesTraining?: boolean
  readonly schedule?: ScheduleOption
  readonly earlyStopping?: EarlyStopping
}

/** An experiment of the book. */
export interface Experiment {
  readonly name: string
  readonly chapter: number
  /** What it shows, in a line. */
  readonly shows: string
  readonly figures: readonly Figure[]
  /** Whether it needs pictures, and whether another seed gives other numbers. */
  readonly needs: { readonly pictures: boolean; readonly seed: boolean }
  /** The networks that it trains on pictures. */
  readonly trainings: readonly Training[]
  /** Runs the experiment, and resolves to a number for each figure. */
  readonly run: (laboratory: Laboratory) => Promise<readonly number[]>
}
