/**
 * The errors planted in the records of compile/ and in the code that compiles them. If a record has no sign to flip, the error is
 * similar: the kernel of another record, swapped operands, a missing slope.
 *
 * @typedef {[record: string, file: string, find: string, replace: string]} RecordError
 * @type {{ test: string, filter?: string, errors: RecordError[] }[]} each list with the test that must fail
 */
export const recordErrors = [
  {
    test: 'test/compile/records.test.ts',
    filter: 'activation',
    errors: [
      ['activation sigmoid', 'compile/activations', "sigmoid: byOutput('sigmoid')", "sigmoid: byOutput('tanh')"],
      ['activation tanh', 'compile/activations', "byOutput('tanh')", "byOutput('sigmoid')"],
      ['activation relu', 'compile/activations', "byOutput('relu')", "byOutput('leakyRelu')"],
      ['activation leaky-relu', 'compile/activations', "byOutput('leakyRelu')", "byOutput('relu')"],
      ['activation elu', 'compile/activations', "byOutput('elu')", "byOutput('leakyRelu')"],
      ['activation gelu', 'compile/activations', "byLogit('gelu')", "byLogit('silu')"],
      ['activation silu', 'compile/activations', "byLogit('silu')", "byLogit('gelu')"],
      ['activation softplus', 'compile/activations', "byLogit('softplus')", "byLogit('gelu')"],
      ['activation step', 'compile/activations', "forward('step')", "forward('relu')"],
      [
        'activation softmax',
        'compile/activations',
        'rows, columns, z, out }',
        'rows: 1, columns: rows * columns, z, out }',
      ],
    ],
  },
  {
    test: 'test/backend/typescript.test.ts',
    filter: 'central differences: (sigmoid|tanh|softmax|gelu|identity)',
    errors: [
      [
        'slopes told by outputs',
        'compile/activations',
        'regionLength(a), a, delta',
        'regionLength(a), a: delta, delta: a',
      ],
      [
        'slopes told by logits',
        'compile/activations',
        'regionLength(z), z, delta',
        'regionLength(z), z: delta, delta: z',
      ],
      ['slope of softmax', 'compile/activations', 'rows, columns, a, delta', 'rows, columns, a: delta, delta: a'],
      ['slope of identity', 'compile/activations', 'backward() { } }', "backward: byOutput('sigmoid').backward }"],
      ['cost quadratic', 'compile/costs', 'a: pass.a, b: y', 'a: y, b: pass.a'],
      ['cost quadratic', 'compile/costs', "byOutput('quadraticCost')", "byOutput('huberCost')"],
      ['cost cross-entropy', 'compile/costs', 'a, b: y, out: delta', 'a: y, b: a, out: delta'],
      ['cost cross-entropy', 'compile/costs', 'columns, a, y, out: delta', 'columns, a: y, y: a, out: delta'],
      ['cost huber', 'compile/costs', 'a: pass.a, y, out', 'a: y, y: pass.a, out'],
      ['cost huber', 'compile/costs', "byOutput('huberCost')", "byOutput('quadraticCost')"],
      ['forward pass', 'compile/forward', 'alpha: 1,', 'alpha: -1,'],
      ['backward pass', 'compile/backward', 'alpha: 1,', 'alpha: -1,'],
      ['gradient', 'compile/update', 'alpha: 1 / program.rows', 'alpha: -1 / program.rows'],
    ],
  },
  {
    test: 'test/backend/typescript.test.ts',
    filter: 'takes the five steps|with penalties does',
    errors: [
      ['descent', 'compile/update', 'alpha: -1 / program.rows', 'alpha: 1 / program.rows'],
      [
        'penalties',
        'compile/compile',
        'isLinear(learning.optimizer) && !penalties',
        'isLinear(learning.optimizer) && penalties',
      ],
      ['optimizer sgd', 'compile/optimizers', 'momentum: 0, nesterov', 'momentum: 0.5, nesterov'],
      [
        'optimizer momentum',
        'compile/optimizers',
        "nesterov ? 'nesterov' : 'momentum'",
        "nesterov ? 'nesterov' : 'nesterov'",
      ],
      [
        'optimizer nesterov',
        'compile/optimizers',
        "nesterov ? 'nesterov' : 'momentum'",
        "nesterov ? 'momentum' : 'momentum'",
      ],
      ['optimizer adagrad', 'compile/optimizers', "kernel: 'adagrad'", "kernel: 'momentum', momentum: 0"],
      ['optimizer rmsprop', 'compile/optimizers', 'decay: 0.99', 'decay: -0.99'],
      ['optimizer adam', 'compile/optimizers', 'beta1: 0.9,', 'beta1: -0.9,'],
      ['optimizer adam', 'compile/optimizers', 'beta2: 0.999', 'beta2: -0.999'],
      ['optimizer adamw', 'compile/optimizers', 'settings.weightDecay)', '-settings.weightDecay)'],
    ],
  },
  {
    test: 'test/compile/records.test.ts',
    filter: 'optimi',
    errors: [
      ['optimizer adagrad', 'compile/optimizers', 'epsilon: 1e-10', 'epsilon: -1e-10'],
      ['optimizer rmsprop', 'compile/optimizers', '0.99, epsilon: 1e-8', '0.99, epsilon: -1e-8'],
      ['optimizer adam', 'compile/optimizers', '0.999, epsilon: 1e-8', '0.999, epsilon: -1e-8'],
      ['optimizer adamw', 'compile/optimizers', 'weightDecay: 0.01', 'weightDecay: -0.01'],
      [
        'optimizer rprop',
        'compile/optimizers',
        '...places, previous',
        '...places, gradient: places.parameters, parameters: places.gradient, previous',
      ],
      [
        'optimizer sgd',
        'compile/optimizers',
        "kernel: 'sgd', count, ...places",
        "kernel: 'sgd', count, ...places, gradient: places.parameters, parameters: places.gradient",
      ],
    ],
  },
  {
    test: 'test/compile/initializers.test.ts',
    errors: [
      ['initializer normal', 'compile/initializers', 'normal(1), biases: normal(1)', 'normal(-1), biases: normal(1)'],
      [
        'initializer scaled-normal',
        'compile/initializers',
        'normal(1 / inputs), biases: normal',
        'normal(-1 / inputs), biases: normal',
      ],
      ['initializer he', 'compile/initializers', 'normal(2 / inputs)', 'normal(-2 / inputs)'],
      ['initializer he-uniform', 'compile/initializers', 'uniform(2 / inputs)', 'uniform(-2 / inputs)'],
      [
        'initializer glorot',
        'compile/initializers',
        'normal(2 / (inputs + outputs))',
        'normal(2 / (inputs - outputs))',
      ],
      [
        'initializer glorot-uniform',
        'compile/initializers',
        'uniform(2 / (inputs + outputs))',
        'uniform(2 / (inputs - outputs))',
      ],
      [
        'initializer lecun',
        'compile/initializers',
        'normal(1 / inputs), biases: zero',
        'normal(-1 / inputs), biases: zero',
      ],
      ['initializer lecun-uniform', 'compile/initializers', 'uniform(1 / inputs)', 'uniform(-1 / inputs)'],
      ['initializer zeros', 'compile/initializers', 'weights: () => zero', 'weights: () => normal(1)'],
      ['uniform numbers', 'compile/initializers', 'uniform() - 1', 'uniform() + 1'],
    ],
  },
  {
    test: 'test/compile/records.test.ts',
    filter: 'starts',
    errors: [['normal numbers', 'compile/initializers', ', distribution.deviation', ', -distribution.deviation']],
  },
  {
    test: 'test/training/schedules.test.ts',
    errors: [
      ['schedule constant', 'training/schedules', 'defaults: {}, factor: () => 1', 'defaults: {}, factor: () => -1'],
      ['schedule step', 'training/schedules', 'epochs: 10, factor: 0.1', 'epochs: 10, factor: -0.1'],
      ['schedule step', 'training/schedules', 'epoch / epochs', '-epoch / epochs'],
      ['schedule exponential', 'training/schedules', 'factor: 0.95', 'factor: -0.95'],
      ['schedule exponential', 'training/schedules', 'power(factor, epoch)', 'power(factor, -epoch)'],
      ['schedule cosine', 'training/schedules', '(1 - end)', '(1 + end)'],
      ['schedule cosine', 'training/schedules', '(1 + sineAndCosine', '(1 - sineAndCosine'],
      ['schedule one-cycle', 'training/schedules', 'start + 1 - halfWave', 'start - 1 - halfWave'],
      ['schedule one-cycle', 'training/schedules', '(step - peak)', '(step + peak)'],
      ['schedule one-cycle', 'training/schedules', '(steps - peak)', '(steps + peak)'],
      ['schedule one-cycle', 'training/schedules', 'step < peak', 'step > peak'],
      ['schedule plateau', 'training/schedules', 'patience: 10, factor: 0.5', 'patience: 10, factor: -0.5'],
      [
        'schedule plateau',
        'training/best',
        'state.factor < plateau.smallestFactor',
        'state.factor > plateau.smallestFactor',
      ],
      ['schedule plateau', 'training/best', 'state.waitedForRate >= plateau', 'state.waitedForRate <= plateau'],
      ['warm-up', 'training/schedules', '(warmUp + 1)', '(warmUp - 1)'],
      ['warm-up', 'training/schedules', 'moment.step + 1', 'moment.step - 1'],
      ['rates of an epoch', 'training/epoch-job', '(epoch - 1)', '(epoch + 1)'],
    ],
  },
]
