/**
 * A handful of errors for the native kernels, each with a build of its own: [kernel, file, find, replace]. The first place
 * where it is found is changed.
 *
 * @type {[kernel: string, file: string, find: string, replace: string][]}
 */
export const nativeErrors = [
  ['gemm', 'gemm.cc', 'values[5].number) * *values', 'values[5].number) * -*values'],
  ['tanhBackward', 'activations.cc', 'T(1) - a * a', 'T(1) + a * a'],
  ['siluBackward', 'activations.cc', 'T(1) + z * t', 'T(1) - z * t'],
  ['softmaxBackward', 'softmax.cc', 'to[j] - sum', 'to[j] + sum'],
  ['crossEntropyCost', 'costs.cc', '- static_cast<double>(y[j]) * x', '+ static_cast<double>(y[j]) * x'],
  ['softmaxCrossEntropyBackward', 'softmax.cc', '- to[j] * ofLargest', '+ to[j] * ofLargest'],
  ['addPenalty', 'update.cc', '+ l2 * w[i]', '- l2 * w[i]'],
  ['nesterov', 'optimizers.cc', 'gradient[i] + momentum', 'gradient[i] - momentum'],
  ['rprop', 'optimizers.cc', 'agreement > 0 ? T(1.2)', 'agreement < 0 ? T(1.2)'],
]
