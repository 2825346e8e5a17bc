/**
 * The table of kernels. A kernel is the function that executes one kind of command in a compiled program. The table
 * lists the operands of each kernel in order. Both backends implement exactly these kernels. The table of the native
 * backend is generated from this one, and a native addon with a different table is not loaded. The functions in
 * backend/typescript/ have the names of the kernels, and define what each kernel computes.
 */

export type Dtype = 'float32' | 'float64'

/** How a command uses a region of memory: it only reads the region, overwrites all of it, or reads and changes it. */
export type Access = 'read' | 'write' | 'update'

/**
 * The type of an operand that is a region of memory. A region of the kind `floats` holds numbers of the program's
 * dtype. A region of the kind `doubles` holds sums, which are always float64.
 */
export interface RegionOperand {
  readonly kind: 'floats' | 'doubles'
  readonly access: Access
  /**
   * The names of the operands that give the size, such as `rows` and `columns`. Their product is the number of elements
   * that the command uses. If the list is empty, the command uses one element.
   */
  readonly extent: readonly string[]
}

export type OperandType = 'count' | 'flag' | 'number' | RegionOperand

/**
 * Commands can also use arrays outside the program's own memory, such as the inputs of a dataset and the array for the
 * outputs. A `SourceName` is the name of such an array.
 */
export type SourceName = 'inputs' | 'targets' | 'labels' | 'weights' | 'learningRates' | 'ranks' | 'outputs' | 'classes'

export interface Kernel {
  readonly operands: Readonly<Record<string, OperandType>>
  /** The name of the array outside the program's own memory, if the command uses such an array. Otherwise undefined. */
  readonly source?: SourceName
  /** The names of the operands that may use the same memory as the result. The result then overwrites them. */
  readonly inPlace?: readonly string[]
  /**
   * Returns the formula of the kernel. `operands` contains the text that the formula shows for each operand. This text
   * is the name of the operand in the docs, and its value in the output of `printProgram`.
   */
  readonly formula: (operands: Readonly<Record<string, string>>) => string
  /** The meaning of the kernel in one sentence, for the docs. */
  readonly meaning: string
  /**
   * The largest relative difference allowed between the results of two backends. It is the Euclidean norm of the
   * difference between the results, divided by the norm of one result.
   */
  readonly tolerance: Readonly<Record<Dtype, number>>
}

function floats(access: Access, ...extent: string[]): RegionOperand {
  return { kind: 'floats', access, extent }
}

function doubles(access: Access, ...extent: string[]): RegionOperand {
  return { kind: 'doubles', access, extent }
}

const exact = { float32: 0, float64: 0 }
/**
 * The largest relative difference allowed between the results of two backends, for a kernel that rounds each element
 * once or a few times.
 */
const rounded = { float32: 3e-7, float64: 1e-15 }
/**
 * The largest relative difference allowed between the results of two backends, for a kernel whose results may be close
 * to 0. Such results consist mostly of rounding errors.
 */
const canceling = { float32: 1e-5, float64: 1e-13 }
/**
 * The largest relative difference allowed between the results of two backends, for a kernel that sums many products.
 * Each backend adds the products in its own order.
 */
const summed = { float32: 2e-6, float64: 1e-13 }

/**
 * Returns the formula `out = beta out + alpha scale x`, in which products have no operator. The factors `alpha` and
 * `scale` are left out if they are 1. If `beta` is 0, the formula becomes `out = alpha scale x`. If `beta` is 1, it
 * becomes `out += alpha scale x`.
 */
function accumulate(o: Readonly<Record<string, string>>, x: string): string {
  const factors = [o.alpha, o.scale].filter((factor) => factor !== '1' && factor !== 'one')
  const sign = o.beta === '0' ? '=' : o.beta === '1' ? '+=' : `= ${o.beta} ${o.out} +`
  return `${o.out} ${sign} ${[...factors, x].join(' ')}`
}

const transposed = (matrix: string, flag: string): string =>
  flag === '1' ? `${matrix}'` : flag === '0' ? matrix : `${matrix} (transposed where ${flag})`

type Formula = Kernel['formula']

/** Returns the kernel of an activation `f`. The kernel computes `out = f(z)` for each element. */
function activation(f: (z: string) => string, meaning: string) {
  const formula: Formula = (o) => `${o.out} = ${f(o.z)}`
  return {
    operands: { count: 'count', z: floats('read', 'count'), out: floats('write', 'count') },
    inPlace: ['z'],
    formula,
    meaning,
    tolerance: rounded,
  } as const
}

/**
 * Returns the backward kernel of an activation `f`. The kernel computes `delta *= f'(z)`. It computes the slope `f'(z)`
 * from the output `a`, which is `f(z)`.
 */
function slopeByOutput(slope: (a: string) => string, meaning: string) {
  const formula: Formula = (o) => `${o.delta} *= ${slope(o.a)}`
  return {
    operands: { count: 'count', a: floats('read', 'count'), delta: floats('update', 'count') },
    formula,
    meaning,
    tolerance: rounded,
  } as const
}

/**
 * Returns the backward kernel of an activation `f`. The kernel computes `delta *= f'(z)`. It computes the slope `f'(z)`
 * from the logit `z`.
 */
function slopeByLogit(slope: (z: string) => string, meaning: string, tolerance: Kernel['tolerance'] = canceling) {
  const formula: Formula = (o) => `${o.delta} *= ${slope(o.z)}`
  return {
    operands: { count: 'count', z: floats('read', 'count'), delta: floats('update', 'count') },
    formula,
    meaning,
    tolerance,
  } as const
}

/**
 * Returns the kernel of a cost. The kernel multiplies the cost of each row by the weight of the row, and adds the
 * product to `sum`. The cost is computed from the desired outputs `y`, and from either the outputs `a` or the logits
 * `z`.
 */
function cost<By extends 'a' | 'z'>(by: By, of: Formula, meaning: string) {
  const operands = {
    rows: 'count',
    columns: 'count',
    weights: floats('read', 'rows'),
    [by]: floats('read', 'rows', 'columns'),
    y: floats('read', 'rows', 'columns'),
    sum: doubles('update'),
  } as Readonly<Record<'rows' | 'columns', 'count'> & Record<'weights' | By | 'y' | 'sum', RegionOperand>>
  const formula: Formula = (o) => `${o.sum} += ${o.weights.startsWith('ones') ? '' : `${o.weights} `}sum(${of(o)})`
  return { operands, formula, meaning, tolerance: summed } as const
}

/** The operands of the kernels `momentum` and `nesterov`, which use a velocity. */
const velocityOperands = {
  count: 'count',
  momentum: 'number',
  learningRate: floats('read'),
  gradient: floats('read', 'count'),
  velocity: floats('update', 'count'),
  parameters: floats('update', 'count'),
} as const

export const kernels = {
  gatherInputs: {
    operands: { rows: 'count', width: 'count', scale: floats('read'), out: floats('write', 'rows', 'width') },
    source: 'inputs',
    formula: (o) => `${o.out} = ${o.scale} inputs[order]`,
    meaning: 'Copies the next rows of the dataset, in the order of the run, as floats: a byte becomes byte x scale.',
    tolerance: rounded,
  },
  gatherStandardized: {
    operands: {
      rows: 'count',
      width: 'count',
      scale: doubles('read'),
      means: doubles('read', 'width'),
      factors: doubles('read', 'width'),
      out: floats('write', 'rows', 'width'),
    },
    source: 'inputs',
    formula: (o) => `${o.out} = (${o.scale} inputs[order] - ${o.means}) ${o.factors}`,
    meaning:
      'Copies the next rows of the dataset and standardizes each column, in float64 until the result is stored: where means are far larger than deviations, floats of the dtype would lose the differences.',
    tolerance: rounded,
  },
  gatherTargets: {
    operands: { rows: 'count', width: 'count', out: floats('write', 'rows', 'width') },
    source: 'targets',
    formula: (o) => `${o.out} = targets[order]`,
    meaning: 'Copies the next rows of targets, in the order of the run.',
    tolerance: rounded,
  },
  oneHot: {
    operands: { rows: 'count', classes: 'count', out: floats('write', 'rows', 'classes') },
    source: 'labels',
    formula: (o) => `${o.out} = one-hot(labels[order])`,
    meaning: "Turns each row's label into a row of zeros with a 1 at the label. A single column gets the label itself.",
    tolerance: exact,
  },
  gemm: {
    operands: {
      transA: 'flag',
      transB: 'flag',
      m: 'count',
      n: 'count',
      k: 'count',
      alpha: 'number',
      scale: floats('read'),
      a: floats('read', 'm', 'k'),
      b: floats('read', 'k', 'n'),
      beta: 'number',
      out: floats('update', 'm', 'n'),
    },
    formula: (o) => accumulate(o, `${transposed(o.a, o.transA)} x ${transposed(o.b, o.transB)}`),
    meaning:
      'Multiplies matrices (BLAS gemm): out (m x n) = beta out + alpha scale a b, where a is (m x k), stored as (k x m) if transA, and b is (k x n), stored as (n x k) if transB. beta = 0 overwrites, NaN included. NaN and infinities in a, b and out flow the same way on both backends; where finite numbers overflow on the way they may part: TypeScript takes (alpha scale a) b in float64, OpenBLAS mostly alpha scale (a b) in the dtype.',
    tolerance: summed,
  },
  addBias: {
    operands: {
      rows: 'count',
      columns: 'count',
      bias: floats('read', 'columns'),
      out: floats('update', 'rows', 'columns'),
    },
    formula: (o) => `${o.out} += ${o.bias}`,
    meaning: 'Adds the bias to each row.',
    tolerance: rounded,
  },
  sigmoid: activation(
    (z) => `1 / (1 + exp(-${z}))`,
    'The logistic function of each element; NaN stays NaN, infinities become 0 and 1.',
  ),
  sigmoidBackward: slopeByOutput(
    (a) => `${a} (1 - ${a})`,
    "Multiplies the error by the sigmoid's derivative, taken from its output.",
  ),
  tanh: activation((z) => `tanh(${z})`, 'The hyperbolic tangent of each element, exact to the last bits near 0 too.'),
  tanhBackward: slopeByOutput((a) => `1 - ${a}^2`, "Multiplies the error by the hyperbolic tangent's derivative."),
  relu: activation((z) => `max(0, ${z})`, 'The positive part of each element (rectified linear unit); NaN stays NaN.'),
  reluBackward: slopeByOutput((a) => `(1 where ${a} > 0, else 0)`, 'Passes the error on where the neuron is active.'),
  leakyRelu: activation(
    (z) => `${z} where ${z} > 0, else 0.01 ${z}`,
    'The positive part, and a hundredth of the negative one (Maas, Hannun and Ng, 2013).',
  ),
  leakyReluBackward: slopeByOutput(
    (a) => `(1 where ${a} > 0, else 0.01)`,
    'Passes the error on, a hundredth of it where the neuron is not active.',
  ),
  elu: activation(
    (z) => `${z} where ${z} > 0, else exp(${z}) - 1`,
    'The exponential linear unit with alpha 1 (Clevert, Unterthiner and Hochreiter, 2015).',
  ),
  eluBackward: slopeByOutput(
    (a) => `(1 where ${a} > 0, else ${a} + 1)`,
    "Multiplies the error by the exponential linear unit's derivative.",
  ),
  selu: activation(
    (z) => `1.0507 ${z} where ${z} > 0, else 1.7581 (exp(${z}) - 1)`,
    'The scaled exponential linear unit, whose factors keep the mean 0 and the variance 1 from layer to layer (Klambauer, Unterthiner, Mayr and Hochreiter, 2017).',
  ),
  seluBackward: slopeByOutput(
    (a) => `(1.0507 where ${a} > 0, else ${a} + 1.7581)`,
    "Multiplies the error by the scaled exponential linear unit's derivative.",
  ),
  gelu: activation(
    (z) => `${z} Phi(${z})`,
    'The Gaussian error linear unit: z times the share of a standard normal distribution below z, by erf (Hendrycks and Gimpel, 2016).',
  ),
  geluBackward: slopeByLogit(
    (z) => `(Phi(${z}) + ${z} phi(${z}))`,
    "Multiplies the error by the Gaussian error linear unit's derivative; phi is the density of the standard normal distribution.",
  ),
  silu: activation(
    (z) => `${z} sigmoid(${z})`,
    'The sigmoid linear unit, also called swish (Elfwing, Uchibe and Doya, 2017).',
  ),
  siluBackward: slopeByLogit(
    (z) => `sigmoid(${z}) (1 + ${z} (1 - sigmoid(${z})))`,
    "Multiplies the error by the sigmoid linear unit's derivative.",
  ),
  mish: activation(
    (z) => `${z} tanh(ln(1 + exp(${z})))`,
    'The activation mish: z times the hyperbolic tangent of its softplus (Misra, 2019).',
  ),
  mishBackward: slopeByLogit(
    (z) => `(w + ${z} (1 - w^2) sigmoid(${z}) with w = tanh(ln(1 + exp(${z}))))`,
    "Multiplies the error by mish's derivative.",
  ),
  softplus: activation(
    (z) => `ln(1 + exp(${z}))`,
    'The smooth form of relu, which does not overflow (Dugas and others, 2001).',
  ),
  softplusBackward: slopeByLogit((z) => `sigmoid(${z})`, "Multiplies the error by softplus's derivative.", rounded),
  step: {
    ...activation((z) => `1 where ${z} > 0, else 0`, "The perceptron's decision; NaN stays NaN."),
    tolerance: exact,
  },
  softmax: {
    operands: {
      rows: 'count',
      columns: 'count',
      z: floats('read', 'rows', 'columns'),
      out: floats('write', 'rows', 'columns'),
    },
    inPlace: ['z'],
    formula: (o) => `${o.out} = softmax(${o.z})`,
    meaning:
      "Each row's exponentials, divided by their sum: positive numbers that add up to 1. The largest logit is taken off first, so nothing overflows.",
    tolerance: summed,
  },
  softmaxBackward: {
    operands: {
      rows: 'count',
      columns: 'count',
      a: floats('read', 'rows', 'columns'),
      delta: floats('update', 'rows', 'columns'),
    },
    formula: (o) => `${o.delta} = ${o.a} (${o.delta} - sum of row(${o.a} ${o.delta}))`,
    meaning: "Multiplies each row of errors by the softmax's whole Jacobian.",
    tolerance: summed,
  },
  subtract: {
    operands: {
      count: 'count',
      a: floats('read', 'count'),
      b: floats('read', 'count'),
      out: floats('write', 'count'),
    },
    inPlace: ['a', 'b'],
    formula: (o) => `${o.out} = ${o.a} - ${o.b}`,
    meaning:
      'The difference of two arrays: the error of sigmoid outputs under the cross-entropy cost, and the slope of the quadratic cost.',
    tolerance: rounded,
  },
  quadraticCost: cost(
    'a',
    (o) => `1/2 (${o.a} - ${o.y})^2`,
    'Adds the quadratic cost of the rows, each times its weight, to a float64 sum.',
  ),
  sigmoidCrossEntropyCost: cost(
    'z',
    (o) => `ln(1 + exp(${o.z})) - ${o.y} ${o.z}`,
    'Adds the cross-entropy of sigmoid outputs to a float64 sum, from the logits z: finite for saturated neurons too.',
  ),
  softmaxCrossEntropyCost: cost(
    'z',
    (o) => `-${o.y} ln softmax(${o.z})`,
    'Adds the cross-entropy of softmax outputs to a float64 sum, from the logits z: finite for saturated neurons too. The book calls it log-likelihood.',
  ),
  softmaxCrossEntropyBackward: {
    operands: {
      rows: 'count',
      columns: 'count',
      a: floats('read', 'rows', 'columns'),
      y: floats('read', 'rows', 'columns'),
      out: floats('write', 'rows', 'columns'),
    },
    formula: (o) => `${o.out} = ${o.a} sum of row(${o.y}) - ${o.y}`,
    meaning: 'The error of softmax outputs under the cross-entropy cost: a - y where the desired answers add up to 1.',
    tolerance: summed,
  },
  huberCost: cost(
    'a',
    (o) => `huber(${o.a} - ${o.y})`,
    "Adds Huber's cost to a float64 sum: e^2 / 2 for errors up to 1, and |e| - 1/2 beyond (Huber, 1964).",
  ),
  huberBackward: {
    operands: {
      count: 'count',
      a: floats('read', 'count'),
      y: floats('read', 'count'),
      out: floats('write', 'count'),
    },
    formula: (o) => `${o.out} = ${o.a} - ${o.y}, at most 1 and at least -1`,
    meaning: "The slope of Huber's cost: the error, cut off at 1 and -1.",
    tolerance: rounded,
  },
  gatherWeights: {
    operands: { rows: 'count', out: floats('write', 'rows') },
    source: 'weights',
    formula: (o) => `${o.out} = weights[order]`,
    meaning: 'Copies the weights of the next rows, in the order of the run: how much each of them counts.',
    tolerance: rounded,
  },
  scaleRows: {
    operands: {
      rows: 'count',
      columns: 'count',
      weights: floats('read', 'rows'),
      delta: floats('update', 'rows', 'columns'),
    },
    formula: (o) => `${o.delta} *= ${o.weights}`,
    meaning: 'Multiplies the error of each row by its weight.',
    tolerance: rounded,
  },
  smoothLabels: {
    operands: { rows: 'count', classes: 'count', share: 'number', y: floats('update', 'rows', 'classes') },
    formula: (o) => `${o.y} = ${o.y} (1 - ${o.share}) + ${o.share} / ${o.classes}`,
    meaning:
      'Gives a share of the desired answer to all classes alike (label smoothing: Szegedy and others, 2015). A single column stands for two classes.',
    tolerance: rounded,
  },
  sumRows: {
    operands: {
      rows: 'count',
      columns: 'count',
      alpha: 'number',
      scale: floats('read'),
      in: floats('read', 'rows', 'columns'),
      beta: 'number',
      out: floats('update', 'columns'),
    },
    formula: (o) => accumulate(o, `sum of rows(${o.in})`),
    meaning: 'Sums the rows: out = beta out + alpha scale (sum of rows). beta = 0 overwrites, NaN included.',
    tolerance: summed,
  },
  sumProducts: {
    operands: {
      rows: 'count',
      columns: 'count',
      alpha: 'number',
      scale: floats('read'),
      a: floats('read', 'rows', 'columns'),
      b: floats('read', 'rows', 'columns'),
      beta: 'number',
      out: floats('update', 'columns'),
    },
    formula: (o) => accumulate(o, `sum of rows(${o.a} ${o.b})`),
    meaning:
      'Sums the products of two matrices over the rows, element by element: the gradient of factors that multiply the columns. beta = 0 overwrites, NaN included.',
    tolerance: summed,
  },
  penaltyCost: {
    operands: {
      count: 'count',
      rows: 'count',
      l1: floats('read'),
      l2: floats('read'),
      w: floats('read', 'count'),
      sum: doubles('update'),
    },
    formula: (o) => `${o.sum} += ${o.rows} (${o.l1} sum|${o.w}| + ${o.l2}/2 sum(${o.w}^2))`,
    meaning: 'Adds the penalty on weights to the cost, once for each row, since costs are means over rows.',
    tolerance: summed,
  },
  addPenalty: {
    operands: {
      count: 'count',
      l1: floats('read'),
      l2: floats('read'),
      w: floats('read', 'count'),
      gradient: floats('update', 'count'),
    },
    formula: (o) => `${o.gradient} += ${o.l1} sign(${o.w}) + ${o.l2} ${o.w}`,
    meaning: 'Adds the gradient of the penalty on weights.',
    tolerance: rounded,
  },
  sgd: {
    operands: {
      count: 'count',
      learningRate: floats('read'),
      gradient: floats('read', 'count'),
      parameters: floats('update', 'count'),
    },
    formula: (o) => `${o.parameters} -= ${o.learningRate} ${o.gradient}`,
    meaning: 'One step of gradient descent.',
    tolerance: rounded,
  },
  countStep: {
    operands: { step: floats('update') },
    formula: (o) => `${o.step} += 1`,
    meaning: "Counts the optimizer's steps, up to 2^24 in float32.",
    tolerance: exact,
  },
  momentum: {
    operands: velocityOperands,
    formula: (o) =>
      `${o.velocity} = ${o.momentum} ${o.velocity} + ${o.gradient}; ${o.parameters} -= ${o.learningRate} ${o.velocity}`,
    meaning: 'One step of gradient descent with momentum (Polyak, 1964, in the form of PyTorch).',
    tolerance: rounded,
  },
  nesterov: {
    operands: velocityOperands,
    formula: (o) =>
      `${o.velocity} = ${o.momentum} ${o.velocity} + ${o.gradient}; ${o.parameters} -= ${o.learningRate} (${o.gradient} + ${o.momentum} ${o.velocity})`,
    meaning: "One step with Nesterov's momentum (Sutskever and others, 2013, in the form of PyTorch).",
    tolerance: rounded,
  },
  adagrad: {
    operands: {
      count: 'count',
      epsilon: 'number',
      learningRate: floats('read'),
      gradient: floats('read', 'count'),
      squares: floats('update', 'count'),
      parameters: floats('update', 'count'),
    },
    formula: (o) =>
      `${o.squares} += ${o.gradient}^2; ${o.parameters} -= ${o.learningRate} ${o.gradient} / (sqrt(${o.squares}) + ${o.epsilon})`,
    meaning: 'One step of Adagrad (Duchi, Hazan and Singer, 2011).',
    tolerance: rounded,
  },
  rmsprop: {
    operands: {
      count: 'count',
      decay: 'number',
      epsilon: 'number',
      learningRate: floats('read'),
      gradient: floats('read', 'count'),
      squares: floats('update', 'count'),
      parameters: floats('update', 'count'),
    },
    formula: (o) =>
      `${o.squares} = ${o.decay} ${o.squares} + (1 - ${o.decay}) ${o.gradient}^2; ${o.parameters} -= ${o.learningRate} ${o.gradient} / (sqrt(${o.squares}) + ${o.epsilon})`,
    meaning: 'One step of RMSprop (Tieleman and Hinton, 2012).',
    tolerance: rounded,
  },
  adam: {
    operands: {
      count: 'count',
      beta1: 'number',
      beta2: 'number',
      epsilon: 'number',
      weightDecay: 'number',
      learningRate: floats('read'),
      step: floats('read'),
      gradient: floats('read', 'count'),
      mean: floats('update', 'count'),
      square: floats('update', 'count'),
      parameters: floats('update', 'count'),
    },
    formula: (o) =>
      `${o.mean} = ${o.beta1} ${o.mean} + (1 - ${o.beta1}) ${o.gradient}; ${o.square} = ${o.beta2} ${o.square} + (1 - ${o.beta2}) ${o.gradient}^2; ` +
      `${o.parameters} -= ${o.learningRate} (${o.weightDecay} ${o.parameters} + ${o.mean} / (1 - ${o.beta1}^${o.step}) / (sqrt(${o.square} / (1 - ${o.beta2}^${o.step})) + ${o.epsilon}))`,
    meaning:
      'One step of Adam (Kingma and Ba, 2014), or with a weight decay, which is decoupled from the gradient, of AdamW (Loshchilov and Hutter, 2017).',
    tolerance: rounded,
  },
  rprop: {
    operands: {
      count: 'count',
      learningRate: floats('read'),
      gradient: floats('read', 'count'),
      previous: floats('update', 'count'),
      sizes: floats('update', 'count'),
      parameters: floats('update', 'count'),
    },
    formula: (o) =>
      `${o.sizes} *= 1.2 or 0.5 as sign(${o.gradient} ${o.previous}) says; ${o.parameters} -= sign(${o.gradient}) ${o.sizes}; ${o.previous} = ${o.gradient}`,
    meaning:
      'One step of resilient backpropagation (Riedmiller and Braun, 1993): each parameter has a step size of its own, from 1e-6 to 50, first the learning rate; where the sign of the gradient changed, no step is taken.',
    tolerance: rounded,
  },
  clipNorm: {
    operands: { count: 'count', limit: 'number', gradient: floats('update', 'count') },
    formula: (o) => `${o.gradient} *= min(1, ${o.limit} / |${o.gradient}|)`,
    meaning:
      'Shortens the gradient to the length of the limit, where it is longer (Pascanu, Mikolov and Bengio, 2012).',
    tolerance: summed,
  },
  clipValue: {
    operands: { count: 'count', limit: 'number', gradient: floats('update', 'count') },
    formula: (o) => `${o.gradient} = ${o.gradient}, at most ${o.limit} and at least -${o.limit}`,
    meaning: 'Cuts each element of the gradient off at the limit.',
    tolerance: rounded,
  },
  maxNorm: {
    operands: { rows: 'count', columns: 'count', limit: 'number', w: floats('update', 'rows', 'columns') },
    formula: (o) => `rows of ${o.w} *= min(1, ${o.limit} / |row|)`,
    meaning:
      'Shortens the weights into a neuron to the length of the limit, where they are longer (Srivastava and others, 2014).',
    tolerance: summed,
  },
  dropout: {
    operands: {
      rows: 'count',
      columns: 'count',
      layer: 'count',
      share: 'number',
      key: floats('read'),
      in: floats('read', 'rows', 'columns'),
      out: floats('write', 'rows', 'columns'),
    },
    inPlace: ['in'],
    formula: (o) => `${o.out} = ${o.in} mask(${o.key}, ${o.layer}) / (1 - ${o.share})`,
    meaning:
      'Silences a share of the neurons and makes up for it in the others (Srivastava and others, 2014). Whether a neuron is silent is a hash of the key, the layer, the row of the run and the column: the error passes back through the same mask without its being stored.',
    tolerance: rounded,
  },
  nextLearningRate: {
    operands: { batchSize: 'count', out: floats('write') },
    source: 'learningRates',
    formula: (o) => `${o.out} = learningRates[position / ${o.batchSize}]`,
    meaning: 'Takes the learning rate of this batch from the schedule of the run.',
    tolerance: rounded,
  },
  scaleLearningRate: {
    operands: { factor: 'number', learningRate: floats('read'), out: floats('write') },
    formula: (o) => `${o.out} = ${o.factor} ${o.learningRate}`,
    meaning: 'Gives a group of parameters a learning rate of its own: a factor times that of the batch.',
    tolerance: rounded,
  },
  standardize: {
    operands: {
      rows: 'count',
      columns: 'count',
      means: floats('read', 'columns'),
      factors: floats('read', 'columns'),
      x: floats('update', 'rows', 'columns'),
    },
    formula: (o) => `${o.x} = (${o.x} - ${o.means}) ${o.factors}`,
    meaning: 'Brings each column of the inputs to mean 0 and deviation 1, as it was in the training data.',
    tolerance: rounded,
  },
  scaleColumns: {
    operands: {
      rows: 'count',
      columns: 'count',
      factors: floats('read', 'columns'),
      in: floats('read', 'rows', 'columns'),
      out: floats('write', 'rows', 'columns'),
    },
    formula: (o) => `${o.out} = ${o.in} ${o.factors}`,
    meaning: 'Multiplies each column by its factor.',
    tolerance: rounded,
  },
  watchCost: {
    operands: {
      rows: 'count',
      limit: doubles('read'),
      sum: doubles('read'),
      before: doubles('update'),
      bad: doubles('update'),
    },
    formula: (o) =>
      `${o.bad} = the row, from 1, where ${o.sum} is not finite or above ${o.before} + ${o.rows} ${o.limit}; ${o.before} = ${o.sum}`,
    meaning:
      'Ends the run where it diverges, and stores the row: the cost of a batch is not finite, or its mean over the rows is above the limit.',
    tolerance: exact,
  },
  clear: {
    operands: { count: 'count', out: floats('write', 'count') },
    formula: (o) => `${o.out} = 0`,
    meaning: 'Sets an array to zero: the gradient of a rank that has no row of the batch.',
    tolerance: exact,
  },
  writeNews: {
    operands: {
      size: 'count',
      sum: doubles('read'),
      before: doubles('read'),
      vote: doubles('read'),
      out: floats('write', 'size'),
    },
    formula: (o) => `${o.out} = the cost ${o.sum} - ${o.before} in two parts, ${o.vote}`,
    meaning:
      "Writes what a rank tells the other ranks in each batch: the cost of its rows, and its vote, which is 1 to end the run. The cost's second part is the rounding error of the first.",
    tolerance: rounded,
  },
  sumOverRanks: {
    operands: { count: 'count', values: floats('update', 'count') },
    source: 'ranks',
    formula: (o) => `${o.values} = the sum of ${o.values} over the ranks`,
    meaning:
      'Begins to sum an array over all ranks of a communicator. Only after readNews is the sum sure to be complete.',
    tolerance: exact,
  },
  readNews: {
    operands: {
      size: 'count',
      news: floats('read', 'size'),
      before: doubles('read'),
      sum: doubles('write'),
      stop: doubles('write'),
    },
    source: 'ranks',
    formula: (o) => `${o.sum} = ${o.before} + the cost in ${o.news}; ${o.stop} = the votes in ${o.news}`,
    meaning: 'Waits for the sums over the ranks, and reads the cost of the batch and the votes to end the run.',
    tolerance: exact,
  },
  storeOutputs: {
    operands: { rows: 'count', columns: 'count', a: floats('read', 'rows', 'columns') },
    source: 'outputs',
    formula: (o) => `outputs = ${o.a}`,
    meaning: "Copies the network's answers to their place among the results of the run.",
    tolerance: exact,
  },
  storeClasses: {
    operands: { rows: 'count', columns: 'count', a: floats('read', 'rows', 'columns') },
    source: 'classes',
    formula: (o) => (o.columns === '1' ? `classes = ${o.a} >= 0.5` : `classes = argmax ${o.a}`),
    meaning:
      'Writes the class of each row to its place among the results of the run: the number of the largest output. A single output is class 1 from 0.5 up, and class 0 below.',
    tolerance: exact,
  },
} as const satisfies Record<string, Kernel>

export type KernelName = keyof typeof kernels
export const kernelNames = Object.keys(kernels) as KernelName[]

/**
 * Returns the table of kernels as text, with one line per kernel. The native addon has a function of the same name,
 * which must return the same text.
 */
export function tableSignature(): string {
  const rows = kernelNames.map((name) => {
    const { operands, source }: Kernel = kernels[name]
    const names = Object.keys(operands)
    const types = Object.entries(operands).map(([operand, type]) => {
      if (typeof type === 'string') return `${type}("${operand}")`
      const extent = type.extent.map((count) => names.indexOf(count))
      return `${type.kind}("${operand}", ${type.access}, {${extent.join(', ')}})`
    })
    return `${[name, source ? `"${source}"` : 'nullptr', ...types].join(', ')}
`
  })
  return rows.join('')
}
