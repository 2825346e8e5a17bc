import type {
  CostName,
  Dataset,
  EarlyStopping,
  InitializerName,
  LoadOptions,
  Progress,
  ScheduleOption,
} from '../../index.js'

/** A number that the book gives or asks for, with its unit. */
export interface Figure {
  readonly name: string
  readonly unit: 'percent' | 'epochs' | 'number'
  /** The number in the book. Undefined if the book leaves the experiment to its reader as an exercise. */
  readonly book?: number
}

/** The pictures, divided into training, validation and test as in the book. */
export interface Pictures {
  readonly training: Dataset
  readonly validation: Dataset
  readonly test: Dataset
}

/** What an experiment gets: its data, its settings and its callbacks. */
export interface Laboratory {
  readonly machine: LoadOptions
  readonly seed: number
  /** A limit on the epochs of each training, if it should be shorter than the book's. */
  readonly epochs?: number
  /** Returns the pictures. The first call reads them. */
  readonly pictures: () => Promise<Pictures>
  readonly signal?: AbortSignal
  /** Called with the progress of a training and its maximum number of epochs. */
  readonly progress?: (progress: Progress, epochs: number) => void
}

/** A network that the book trains on pictures of digits, and its options. */
export interface Training {
  /** The number of neurons of each hidden layer. */
  readonly hidden: readonly number[]
  readonly cost: CostName
  readonly initializer: InitializerName
  readonly epochs: number
  readonly learningRate: number
  /** The regularization parameter lambda, as the book defines it. */
  readonly lambda?: number
  /** Trains only on the first pictures, as many as this number says. */
  readonly first?: number
  /** The maximum number of pixels by which pictures are shifted. Each epoch shifts them differently. */
  readonly shift?: number
  readonly judgedBy: 'test' | 'validation'
  /** Whether to measure the accuracy on the training pictures as well. */
  readonly judgesTraining?: boolean
  readonly schedule?: ScheduleOption
  readonly earlyStopping?: EarlyStopping
}

/** An experiment of the book. */
export interface Experiment {
  readonly name: string
  readonly chapter: number
  /** What the experiment shows, in one line. */
  readonly shows: string
  readonly figures: readonly Figure[]
  /** Whether the experiment needs pictures, and whether its numbers depend on the seed. */
  readonly needs: { readonly pictures: boolean; readonly seed: boolean }
  /** The networks that the experiment trains on pictures. */
  readonly trainings: readonly Training[]
  /** Runs the experiment. Resolves to one number for each figure. */
  readonly run: (laboratory: Laboratory) => Promise<readonly number[]>
}
