import type {
  CostName,
  Dataset,
  EarlyStopping,
  InitializerName,
  LoadOptions,
  Progress,
  ScheduleOption,
} from '../../index.js'

/** A number that an experiment measures, with its unit and the value in Nielsen's book. */
export interface Figure {
  readonly name: string
  readonly unit: 'percent' | 'epochs' | 'number'
  /** The value in Nielsen's book. Undefined if the book gives none, for example in an exercise. */
  readonly book?: number
}

/** The pictures of digits, divided into training, validation and test sets as in Nielsen's book. */
export interface Pictures {
  readonly training: Dataset
  readonly validation: Dataset
  readonly test: Dataset
  /** The pictures for training and validation, divided into two halves instead. */
  readonly halves: readonly [first: Dataset, second: Dataset]
}

/** The data, settings and callbacks that an experiment receives. */
export interface Laboratory {
  readonly machine: LoadOptions
  readonly seed: number
  /** The maximum number of epochs of each training. By default, each has as many epochs as in Nielsen's book. */
  readonly epochs?: number
  /** Returns the pictures. The first call reads them. */
  readonly pictures: () => Promise<Pictures>
  readonly signal?: AbortSignal
  /** Called with the progress of a training and its maximum number of epochs. */
  readonly progress?: (progress: Progress, epochs: number) => void
}

/** A network that Nielsen's book trains on pictures of digits, and the options of this training. */
export interface Training {
  /** The number of neurons of each hidden layer. */
  readonly hidden: readonly number[]
  readonly cost: CostName
  readonly initializer: InitializerName
  readonly epochs: number
  readonly learningRate: number
  /** The regularization parameter lambda, as Nielsen's book defines it. */
  readonly lambda?: number
  /** The number of training pictures, beginning with the first picture. By default, all pictures are used. */
  readonly first?: number
  /** The maximum number of pixels by which pictures are shifted. Each epoch shifts them differently. */
  readonly shift?: number
  /** The maximum angle by which pictures are rotated, in degrees. */
  readonly rotation?: number
  /**
   * The pictures on which the network is evaluated. With 'second half', the network learns from the first half of the
   * pictures for training and validation, and is evaluated on the other half.
   */
  readonly judgedBy: 'test' | 'validation' | 'second half'
  /** Whether to measure the accuracy on the training pictures as well. */
  readonly judgesTraining?: boolean
  readonly schedule?: ScheduleOption
  readonly earlyStopping?: EarlyStopping
}

/** An experiment from Nielsen's book. */
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
  /** Runs the experiment. Resolves to the measured numbers, one for each element of `figures` above. */
  readonly run: (laboratory: Laboratory) => Promise<readonly number[]>
}
