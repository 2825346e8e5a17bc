import type { ActivationName } from '../../base/activation-name.js'
import { onnxTypes } from './tensor.js'

/** A node of the ONNX graph: its operator, its inputs, its output, and its attributes, which are all integers. */
export interface NodeToWrite {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes?: Readonly<Record<string, number>>
}

/** The argument of the functions that create the ONNX nodes of an activation. */
interface Place {
  /** The name of the activation's input, the logits. The names of intermediate values start with this name. */
  readonly z: string
  /** The name of the activation's output. */
  readonly a: string
  /** Declares a constant with the float type of the network, and returns the name of the constant. */
  readonly constant: (name: string, value: number) => string
  /**
   * Whether the network is in float32. ONNX Runtime has LeakyRelu, Elu, Selu, Softplus and Erf only for float32, so float64
   * networks need other operators.
   */
  readonly isFloat32: boolean
}

const only =
  (operator: string, attributes?: NodeToWrite['attributes']) =>
  ({ z, a }: Place): NodeToWrite[] => [{ operator, inputs: [z], output: a, ...(attributes && { attributes }) }]

function softplus(place: Place): NodeToWrite[] {
  if (place.isFloat32) return only('Softplus')(place)
  const { z, a, constant } = place
  // Compute max(z, 0) + ln(1 + exp(-|z|)), which never overflows.
  return [
    { operator: 'Abs', inputs: [z], output: `${z}.abs` },
    { operator: 'Neg', inputs: [`${z}.abs`], output: `${z}.neg` },
    { operator: 'Exp', inputs: [`${z}.neg`], output: `${z}.exp` },
    { operator: 'Add', inputs: [`${z}.exp`, constant('one', 1)], output: `${z}.sum` },
    { operator: 'Log', inputs: [`${z}.sum`], output: `${z}.log` },
    { operator: 'Max', inputs: [z, constant('zero', 0)], output: `${z}.max` },
    { operator: 'Add', inputs: [`${z}.max`, `${z}.log`], output: a },
  ]
}

/** Functions that create the nodes of each activation. If no single operator is suitable, they create several nodes. */
export const activationNodes: Readonly<Record<ActivationName, (place: Place) => NodeToWrite[]>> = {
  identity: () => [],
  sigmoid: only('Sigmoid'),
  tanh: only('Tanh'),
  relu: only('Relu'),
  softmax: only('Softmax', { axis: 1 }),
  'leaky-relu'(place) {
    // LeakyRelu needs no attribute, because its default alpha is 0.01, as in descent.
    if (place.isFloat32) return only('LeakyRelu')(place)
    const { z, a, constant } = place
    return [
      { operator: 'Mul', inputs: [z, constant('leak', 0.01)], output: `${z}.leak` },
      { operator: 'Max', inputs: [z, `${z}.leak`], output: a },
    ]
  },
  elu(place) {
    if (place.isFloat32) return only('Elu')(place)
    const { z, a, constant } = place
    // The argument of exp is never above 0, so the result is never infinite.
    return [
      { operator: 'Min', inputs: [z, constant('zero', 0)], output: `${z}.min` },
      { operator: 'Exp', inputs: [`${z}.min`], output: `${z}.exp` },
      { operator: 'Sub', inputs: [`${z}.exp`, constant('one', 1)], output: `${z}.below` },
      { operator: 'Greater', inputs: [z, constant('zero', 0)], output: `${z}.above` },
      { operator: 'Where', inputs: [`${z}.above`, z, `${z}.below`], output: a },
    ]
  },
  selu(place) {
    // Selu needs no attributes, because the defaults of its factors are those of descent.
    if (place.isFloat32) return only('Selu')(place)
    const { z, a, constant } = place
    return [
      { operator: 'Min', inputs: [z, constant('zero', 0)], output: `${z}.min` },
      { operator: 'Exp', inputs: [`${z}.min`], output: `${z}.exp` },
      { operator: 'Sub', inputs: [`${z}.exp`, constant('one', 1)], output: `${z}.less` },
      { operator: 'Mul', inputs: [`${z}.less`, constant('seluBelow', 1.7580993408473768)], output: `${z}.below` },
      { operator: 'Mul', inputs: [z, constant('seluAbove', 1.0507009873554805)], output: `${z}.more` },
      { operator: 'Greater', inputs: [z, constant('zero', 0)], output: `${z}.above` },
      { operator: 'Where', inputs: [`${z}.above`, `${z}.more`, `${z}.below`], output: a },
    ]
  },
  gelu({ z, a, constant, isFloat32 }) {
    const cast = (input: string, output: string, to: number): NodeToWrite[] =>
      isFloat32 ? [] : [{ operator: 'Cast', inputs: [input], output, attributes: { to } }]
    const [argument, erf] = isFloat32 ? [`${z}.scaled`, `${z}.erf`] : [`${z}.scaled.float`, `${z}.erf.float`]
    return [
      { operator: 'Div', inputs: [z, constant('root2', Math.SQRT2)], output: `${z}.scaled` },
      ...cast(`${z}.scaled`, argument, onnxTypes.float),
      { operator: 'Erf', inputs: [argument], output: erf },
      ...cast(erf, `${z}.erf`, onnxTypes.double),
      { operator: 'Add', inputs: [`${z}.erf`, constant('one', 1)], output: `${z}.share` },
      { operator: 'Mul', inputs: [z, `${z}.share`], output: `${z}.twice` },
      { operator: 'Mul', inputs: [`${z}.twice`, constant('half', 0.5)], output: a },
    ]
  },
  silu({ z, a, constant, isFloat32 }) {
    if (isFloat32) {
      return [
        { operator: 'Sigmoid', inputs: [z], output: `${z}.sigmoid` },
        { operator: 'Mul', inputs: [z, `${z}.sigmoid`], output: a },
      ]
    }
    // Compute z / (1 + exp(-z)), because ONNX Runtime would replace z * sigmoid(z) by a single operator that supports
    // only float32.
    return [
      { operator: 'Neg', inputs: [z], output: `${z}.neg` },
      { operator: 'Exp', inputs: [`${z}.neg`], output: `${z}.exp` },
      { operator: 'Add', inputs: [`${z}.exp`, constant('one', 1)], output: `${z}.sum` },
      { operator: 'Div', inputs: [z, `${z}.sum`], output: a },
    ]
  },
  mish: (place) => [
    ...softplus({ ...place, a: `${place.z}.softplus` }),
    { operator: 'Tanh', inputs: [`${place.z}.softplus`], output: `${place.z}.tanh` },
    { operator: 'Mul', inputs: [place.z, `${place.z}.tanh`], output: place.a },
  ],
  softplus,
  step: ({ z, a, constant, isFloat32 }) => [
    { operator: 'Greater', inputs: [z, constant('zero', 0)], output: `${z}.above` },
    {
      operator: 'Cast',
      inputs: [`${z}.above`],
      output: a,
      attributes: { to: isFloat32 ? onnxTypes.float : onnxTypes.double },
    },
  ],
}
