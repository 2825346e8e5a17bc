import type {
  CostName,
  Dataset,
  EarlyStopping,
  InitializerName,
  LoadOptions,
  Progress,
  ScheduleOption,
} from '../../index.js'

/** A number of the book, and what it counts. */
export interface Figure {
  readonly name: string
  readonly unit: 'percent' | 'epochs' | 'number'
  /** What the book prints; nothing where it only asks for the work. */
  readonly book?: number
}

/** The pictures, divided as the book divides them. */
export interface Pictures {
  readonly training: Dataset
  readonly validation: Dataset
  readonly test: Dataset
}

/** What an experiment is run with. */
export interface Laboratory {
  readonly machine: LoadOptions
  readonly seed: number
  /** The most epochs that a training may have, where there shall be fewer than the book's. */
  readonly epochs?: number
  /** The pictures, read when they are first asked for. */
  readonly pictures: () => Promise<Pictures>
  readonly signal?: AbortSignal
  /** Told how far a training is, and how many epochs it has at most. */
  readonly progress?: (progress: Progress, epochs: number) => void
}

/** A network that the book trains on pictures of digits, and how. */
export interface Training {
  /** Neurons of each hidden layer. */
  readonly hidden: readonly number[]
  readonly cost: CostName
  readonly initializer: InitializerName
  readonly epochs: number
  readonly learningRate: number
  /** The book's lambda. */
  readonly lambda?: number
  /** Only so many pictures to learn from, the first ones. */
  readonly first?: number
  /** How many pixels each picture is moved at most, anew for each epoch. */
  readonly shift?: number
  readonly judgedBy: 'test' | 'validation'
  /** Whether the accuracy on the pictures that it learns from is told as well. */
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
  /** Does it, and resolves to a number for each figure. */
  readonly run: (laboratory: Laboratory) => Promise<readonly number[]>
}
