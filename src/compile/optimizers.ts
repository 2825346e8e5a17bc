import { checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import { type Region, regionLength } from '../program/arena.js'
import type { ProgramBuilder } from '../program/build.js'

/** What an optimizer works on. */
export interface OptimizerPlaces {
  readonly parameters: Region
  readonly gradient: Region
  readonly learningRate: Region
}

/** How parameters follow their gradient. */
export interface Optimizer {
  /** Its settings besides the learning rate, with the values they have unless said otherwise. */
  readonly defaults: Readonly<Record<string, number>>
  /** Emits the update of all parameters from their gradient. What it remembers lies in the segment `state`. */
  readonly update: (
    program: ProgramBuilder,
    places: OptimizerPlaces,
    settings: Readonly<Record<string, number>>,
  ) => void
  /**
   * Whether the update is parameters -= learningRate gradient and no more. Then the matrix multiply that computes the
   * gradient can add it to the weights itself, and the gradient is never stored.
   */
  readonly linear?: boolean
}

export type OptimizerName = 'sgd' | 'momentum' | 'nesterov' | 'adagrad' | 'rmsprop' | 'adam' | 'adamw' | 'rprop'

/** An optimizer with every setting it has. */
export interface OptimizerSettings {
  readonly name: OptimizerName | 'l-bfgs'
  readonly settings: Readonly<Record<string, number>>
}

/** Numbers that an optimizer remembers, one for each parameter. */
function remember(program: ProgramBuilder, name: string, { parameters }: OptimizerPlaces): Region {
  return program.place('state', name, regionLength(parameters))
}

function withVelocity(kernel: 'momentum' | 'nesterov'): Optimizer {
  return {
    defaults: { momentum: 0.9 },
    update(program, places, { momentum }) {
      const velocity = remember(program, 'velocity', places)
      program.emit({ kernel, count: regionLength(velocity), momentum, ...places, velocity })
    },
  }
}

function adam(weightDecayOf: (settings: Readonly<Record<string, number>>) => number): Optimizer['update'] {
  return (program, places, settings) => {
    const { beta1, beta2, epsilon } = settings
    const step = program.place('state', 'step')
    const mean = remember(program, 'mean', places)
    const square = remember(program, 'square', places)
    program.emit({ kernel: 'countStep', step })
    program.emit({
      kernel: 'adam',
      count: regionLength(mean),
      beta1,
      beta2,
      epsilon,
      weightDecay: weightDecayOf(settings),
      ...places,
      step,
      mean,
      square,
    })
  }
}

const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = {
  /** Stochastic gradient descent: Nielsen, chapter 1, equations (20) and (21). */
  sgd: {
    defaults: {},
    update(program, places) {
      program.emit({ kernel: 'sgd', count: regionLength(places.parameters), ...places })
    },
    linear: true,
  },
  /** Nielsen, chapter 3, "Momentum-based gradient descent", in the form of PyTorch: the rate multiplies the velocity. */
  momentum: withVelocity('momentum'),
  /** Sutskever, Martens, Dahl and Hinton, 2013, in the form of PyTorch. */
  nesterov: withVelocity('nesterov'),
  /** Duchi, Hazan and Singer, 2011. */
  adagrad: {
    defaults: { epsilon: 1e-10 },
    update(program, places, { epsilon }) {
      const squares = remember(program, 'squares', places)
      program.emit({ kernel: 'adagrad', count: regionLength(squares), epsilon, ...places, squares })
    },
  },
  /** Tieleman and Hinton, 2012; `decay` is PyTorch's alpha and Keras' rho. */
  rmsprop: {
    defaults: { decay: 0.99, epsilon: 1e-8 },
    update(program, places, { decay, epsilon }) {
      const squares = remember(program, 'squares', places)
      program.emit({ kernel: 'rmsprop', count: regionLength(squares), decay, epsilon, ...places, squares })
    },
  },
  /** Kingma and Ba, 2014. */
  adam: { defaults: adamDefaults, update: adam(() => 0) },
  /** Loshchilov and Hutter, 2017: the decay does not pass through the gradient. As in PyTorch it holds for biases too. */
  adamw: { defaults: { ...adamDefaults, weightDecay: 0.01 }, update: adam(({ weightDecay }) => weightDecay) },
  /** Riedmiller and Braun, 1993: for full batches. */
  rprop: {
    defaults: {},
    update(program, places) {
      const previous = remember(program, 'previous', places)
      const sizes = remember(program, 'sizes', places)
      program.emit({ kernel: 'rprop', count: regionLength(sizes), ...places, previous, sizes })
    },
  },
}

/**
 * L-BFGS is no program of commands: it looks at the whole dataset again and again before it takes a step. The training loop
 * does that (training/l-bfgs.ts); here is only what can be set: how many of its last steps it remembers.
 */
export const lbfgsDefaults = { memory: 10 }

/** An optimizer as a user may name it: 'adam', or with settings of its own `{ name: 'adam', beta1: 0.8 }`. */
export type OptimizerOption =
  | OptimizerSettings['name']
  | ({ readonly name: OptimizerSettings['name'] } & Readonly<Record<string, number | string>>)

/** Fills in what was left open. @throws OptionError */
export function optimizerOf(optimizer: OptimizerOption): OptimizerSettings {
  const { name, ...given } = typeof optimizer === 'object' && optimizer !== null ? optimizer : { name: optimizer }
  const known = [...Object.keys(optimizers), 'l-bfgs']
  if (typeof name !== 'string' || !known.includes(name)) {
    throw optionError({ optimizer: name }, `one of ${known.join(', ')}`)
  }
  const defaults: Readonly<Record<string, number>> = name === 'l-bfgs' ? lbfgsDefaults : optimizers[name].defaults
  checkKeys(name, given, Object.keys(defaults))
  const settings: Record<string, number> = { ...defaults }
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== 'number' || !isPossible(key, value)) {
      throw optionError({ [`${name}.${key}`]: value }, expectedOf(key))
    }
    settings[key] = value
  }
  return { name, settings }
}

function isPossible(key: string, value: number): boolean {
  if (key === 'memory') return Number.isInteger(value) && value >= 1
  if (key === 'epsilon' || key === 'weightDecay') return value >= 0 && value < Number.POSITIVE_INFINITY
  return value >= 0 && value < 1
}

function expectedOf(key: string): string {
  if (key === 'memory') return 'a whole number of at least 1'
  return key === 'epsilon' || key === 'weightDecay' ? 'a number of at least 0' : 'a number from 0 to below 1'
}
