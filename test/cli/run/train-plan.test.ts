import { describe, expect, it } from 'vitest'
import { train } from '#src/cli/commands/train'
import { optimizerSettings, scheduleSettings } from '#src/cli/options/learning-options'
import { readShape } from '#src/cli/options/network-options'
import { readTraining, type Training } from '#src/cli/options/training-options'
import { parse } from '#src/cli/parsing/parse'
import { libraryName, type SettingKinds } from '#src/cli/parsing/settings'
import { lbfgsDefaults, optimizers } from '#src/compile/optimizers'
import { dense } from '#src/index'
import { schedules } from '#src/training/schedules'

const before: { shape: { cost: 'quadratic'; output: 'sigmoid' }; training: Training } = {
  shape: { cost: 'quadratic', output: 'sigmoid' },
  training: {
    epochs: 5,
    batchSize: 20,
    learningRate: 0.2,
    optimizer: { name: 'sgd', momentum: 0.8 },
    schedule: { name: 'step', epochs: 2, warmUp: 7 },
    l1: 0.1,
    l2: 0.01,
    maxNorm: 3,
    clipNorm: 2,
    clipValue: 1,
    labelSmoothing: 0.1,
    classWeights: 'balanced',
    earlyStopping: { patience: 4, minDelta: 0.001 },
    validationShare: 0.25,
    metrics: ['f1'],
    trainingMetrics: ['mae'],
    shuffle: false,
    augmentation: { shift: 2, elastic: { alpha: 30, sigma: 4 } },
    standardize: true,
  },
}
const training = (typed: string, cost: 'quadratic' | 'huber', old?: typeof before): Training =>
  readTraining(parse(train, typed.split(' ').filter(Boolean)), { cost, output: 'sigmoid' }, old)

describe('the training of descent-nn train', () => {
  const plain = { epochs: 30, batchSize: 10, learningRate: 3 }

  it.each([
    ['', 'quadratic', {}],
    ['', 'huber', { learningRate: 0.5 }],
    ['--optimizer sgd', 'huber', { learningRate: 0.5, optimizer: 'sgd' }],
    ['--momentum 0.9', 'quadratic', { learningRate: 3 / 10, optimizer: { name: 'sgd', momentum: 0.9 } }],
    [
      '--optimizer sgd:momentum=0.9,nesterov=yes',
      'huber',
      { learningRate: 0.5 / 10, optimizer: { name: 'sgd', momentum: 0.9, nesterov: true } },
    ],
    ['--optimizer adagrad', 'quadratic', { learningRate: 0.01, optimizer: 'adagrad' }],
    ['--optimizer rmsprop', 'huber', { learningRate: 0.01, optimizer: 'rmsprop' }],
    ['--optimizer rprop', 'huber', { learningRate: 0.01, optimizer: 'rprop' }],
    ['--optimizer adam --beta2 0.99', 'quadratic', { learningRate: 0.001, optimizer: { name: 'adam', beta2: 0.99 } }],
    ['--optimizer adamw --learning-rate 2', 'quadratic', { learningRate: 2, optimizer: 'adamw' }],
    ['--schedule plateau', 'quadratic', { schedule: 'plateau', validationShare: 1 / 6 }],
    ['--warm-up 9', 'quadratic', { schedule: { name: 'constant', warmUp: 9 } }],
    ['--early-stopping 3', 'quadratic', { earlyStopping: { patience: 3 }, validationShare: 1 / 6 }],
    [
      '--early-stopping 3:ties=last',
      'quadratic',
      { earlyStopping: { patience: 3, ties: 'last' }, validationShare: 1 / 6 },
    ],
    ['--schedule coslog4', 'quadratic', { schedule: 'coslog4' }],
    [
      '--early-stopping 3:monitor=f1,min-delta=0.01,restore-best=no --metrics f1',
      'quadratic',
      {
        earlyStopping: { patience: 3, monitor: 'f1', minDelta: 0.01, restoreBest: false },
        metrics: ['f1'],
        validationShare: 1 / 6,
      },
    ],
    [
      '--optimizer adam:beta1=0.8,epsilon=1e-7 --beta2 0.99',
      'quadratic',
      { learningRate: 0.001, optimizer: { name: 'adam', beta1: 0.8, epsilon: 1e-7, beta2: 0.99 } },
    ],
    [
      '--optimizer l-bfgs:history-size=4',
      'quadratic',
      { learningRate: 1, optimizer: { name: 'l-bfgs', historySize: 4 } },
    ],
    ['--schedule step:factor=0.3,warm-up=2', 'quadratic', { schedule: { name: 'step', factor: 0.3, warmUp: 2 } }],
    [
      '--schedule one-cycle:rise=0.4 --warm-up 2',
      'quadratic',
      { schedule: { name: 'one-cycle', rise: 0.4, warmUp: 2 } },
    ],
    ['--class-weights 1,2', 'quadratic', { classWeights: [1, 2] }],
    ['--shuffle no', 'quadratic', { shuffle: false }],
    ['--shuffle yes', 'quadratic', {}],
    ['--training-metrics f1,mse', 'quadratic', { trainingMetrics: ['f1', 'mse'] }],
    ['--validation-share 0.5', 'quadratic', { validationShare: 0.5 }],
    ['--shift 2', 'quadratic', { augmentation: { shift: 2 } }],
    ['--augment --shift 0 --elastic none', 'quadratic', { augmentation: { rotation: 8, scale: 0.1 } }],
    [
      '--augment --elastic 30,4 --scale 0.2',
      'quadratic',
      {
        augmentation: { shift: 1, rotation: 8, scale: 0.2, elastic: { alpha: 30, sigma: 4 } },
      },
    ],
    ['--l1 0 --l2 0 --label-smoothing 0 --max-norm none --metrics none --class-weights none', 'quadratic', {}],
  ] as const)('has the defaults of %j with the cost %s', (typed, cost, expected) => {
    expect(training(typed, cost)).toEqual({ ...plain, ...expected })
  })

  it('stays the same if nothing is typed', () => {
    expect(training('', 'quadratic', before)).toEqual(before.training)
  })

  it.each([
    ['--optimizer sgd', {}],
    ['--momentum 0.5', { optimizer: { name: 'sgd', momentum: 0.5 } }],
    ['--optimizer sgd:momentum=0.4', { optimizer: { name: 'sgd', momentum: 0.4 } }],
    ['--optimizer sgd:momentum=0.4,nesterov=yes', { optimizer: { name: 'sgd', momentum: 0.4, nesterov: true } }],
    ['--optimizer adam', { optimizer: 'adam', learningRate: 0.001 }],
    ['--schedule step:factor=0.5', { schedule: { name: 'step', epochs: 2, warmUp: 7, factor: 0.5 } }],
    ['--schedule step:epochs=9,warm-up=0', { schedule: { name: 'step', epochs: 9 } }],
    ['--schedule cosine:end=0.1', { schedule: { name: 'cosine', end: 0.1, warmUp: 7 } }],
    ['--shuffle yes --training-metrics none', { shuffle: undefined, trainingMetrics: undefined }],
    ['--class-weights 0,1', { classWeights: [0, 1] }],
    ['--early-stopping 4:monitor=cost', { earlyStopping: { patience: 4, minDelta: 0.001, monitor: 'cost' } }],
    ['--optimizer adam --rate 0.3', { optimizer: 'adam', learningRate: 0.3 }],
    ['--schedule cosine', { schedule: { name: 'cosine', warmUp: 7 } }],
    ['--warm-up 0', { schedule: { name: 'step', epochs: 2 } }],
    ['--l2 0.5', { l2: 0.5 }],
    ['--lambda 5', { l2: undefined, lambda: 5 }],
    ['--early-stopping 9', { earlyStopping: { patience: 9, minDelta: 0.001 } }],
    ['--early-stopping none --validation-share none', { earlyStopping: undefined, validationShare: undefined }],
    ['--shift 0 --rotation 3', { augmentation: { rotation: 3, elastic: { alpha: 30, sigma: 4 } } }],
    ['--shift 0 --elastic none', { augmentation: undefined }],
    [
      '--l1 0 --label-smoothing 0 --class-weights none',
      { l1: undefined, labelSmoothing: undefined, classWeights: undefined },
    ],
    [
      '--max-norm none --clip-norm none --clip-value none',
      { maxNorm: undefined, clipNorm: undefined, clipValue: undefined },
    ],
    ['--max-norm 4 --clip-norm 5 --clip-value 6', { maxNorm: 4, clipNorm: 5, clipValue: 6 }],
    ['--metrics top-2,mse --epochs 1 --batch-size 2', { metrics: ['top-2', 'mse'], epochs: 1, batchSize: 2 }],
  ] as const)('is changed by %j', (typed, changes) => {
    const expected = Object.entries({ ...before.training, ...changes }).filter(([, value]) => value !== undefined)
    expect(training(typed, 'quadratic', before)).toEqual(Object.fromEntries(expected))
  })

  it('has another default learning rate with another cost', () => {
    expect(training('', 'huber', before).learningRate).toBe(0.5 / 10)
  })
})

describe('the settings of the command line', () => {
  const check = (kinds: SettingKinds, defaults: object): void => {
    // A default that depends on the run takes any number.
    const values = Object.entries(defaults).map(([name, value]) => [name, value ?? 0.01] as const)
    const texts = new Map(values.map(([name, value]) => [name, value === false ? 'no' : String(value)]))
    const taken = Object.entries(kinds).map(([typed, { read }]) => {
      const name = libraryName(typed)
      return [name, read(texts.get(name) ?? '')]
    })
    expect(Object.fromEntries(taken)).toEqual(Object.fromEntries(values))
  }

  it.each(Object.entries({ ...optimizers, 'l-bfgs': { defaults: lbfgsDefaults } }))(
    'are those of the optimizer %s, and take its defaults',
    (name, { defaults }) => check(optimizerSettings[name as keyof typeof optimizerSettings], defaults),
  )

  it.each(Object.entries(schedules))('are those of the schedule %s, and take its defaults', (name, { defaults }) =>
    check(scheduleSettings[name as keyof typeof schedules], { ...defaults, warmUp: 0 }),
  )
})

describe('the network of descent-nn train', () => {
  const hidden = [{ ...dense(9, 'tanh'), dropout: 0.5 }, dense(4, 'relu')]
  const shape = { hidden, output: 'softmax', inputDropout: 0.2, cost: 'quadratic', initializer: 'he' } as const

  it.each([
    ['', {}],
    ['--hidden 8', { hidden: [{ ...dense(8, 'tanh'), dropout: 0.5 }] }],
    [
      '--hidden 8,7,6 --activation elu',
      {
        hidden: [{ ...dense(8, 'elu'), dropout: 0.5 }, dense(7, 'elu'), dense(6, 'elu')],
      },
    ],
    ['--activation relu,elu', { hidden: [{ ...dense(9, 'relu'), dropout: 0.5 }, dense(4, 'elu')] }],
    ['--dropout 0,0.3', { hidden: [dense(9, 'tanh'), { ...dense(4, 'relu'), dropout: 0.3 }] }],
    ['--hidden 9,4,3', { hidden: [...hidden, dense(3, 'relu')] }],
    ['--dropout 0 --input-dropout 0', { hidden: [dense(9, 'tanh'), dense(4, 'relu')], inputDropout: undefined }],
    ['--dropout 0.1 --hidden 5', { hidden: [{ ...dense(5, 'tanh'), dropout: 0.1 }] }],
    ['--cost quadratic', {}],
    ['--cost cross-entropy', { cost: 'cross-entropy', output: 'sigmoid' }],
    ['--cost huber --output-activation identity', { cost: 'huber', output: 'identity' }],
    ['--cost log-likelihood', { cost: 'cross-entropy', output: 'softmax' }],
  ] as const)('is changed by %j', (typed, changes) => {
    const read = readShape(parse(train, typed.split(' ').filter(Boolean)), shape)
    expect(read).toEqual({ ...shape, ...changes })
  })
})
