import { compile } from '#src/compile/compile'
import { type OptimizerOption, optimizerOf } from '#src/compile/optimizers'
import { dense, describeNetwork } from '#src/compile/spec'
import { plainDescent } from '#src/compile/update'
import { regionLength } from '#src/program/arena'
import { printProgram } from '#src/program/print'
import type { Command, Program } from '#src/program/program'
import { kernelShapes } from '../cases.js'

export interface KernelCase {
  readonly name: string
  /** The compiled training step, reduced to the one kernel call that is measured. */
  readonly program: Program
  /**
   * For a matrix product (gemm), the number of multiplications and additions. For any other kernel, the number of
   * elements that it computes.
   */
  readonly work: number
  readonly unit: 'GFLOP/s' | 'million/s'
}

type Measured = 'gemm' | 'sigmoid' | 'softmax' | 'momentum' | 'adam'

/** Returns how much work a kernel call does, and the unit of its speed. */
function workOf(command: Command): Pick<KernelCase, 'work' | 'unit'> {
  if (command.kernel === 'gemm') return { work: 2 * command.m * command.n * command.k, unit: 'GFLOP/s' }
  if ('out' in command) return { work: regionLength(command.out), unit: 'million/s' }
  if ('parameters' in command) return { work: regionLength(command.parameters), unit: 'million/s' }
  throw new Error(`the amount of work of ${command.kernel} is not known`)
}

function take(program: Program, kernels: readonly Measured[], prefix: string): KernelCase[] {
  const measured = program.commands.filter(({ kernel }) => kernels.some((name) => name === kernel))
  return measured.map((command) => {
    const one = { ...program, commands: [command] }
    const formula = printProgram(one)
      .split('\n')[1]
      .replace(/^ *\d+ +\S+ +/, '')
    // An optimizer's formula is too long for the table, so the table shows the name of the kernel and the number of
    // parameters instead.
    const what = 'parameters' in command ? `${command.kernel} of ${regionLength(command.parameters)}` : formula
    return { name: `${prefix}: ${what}`, program: one, ...workOf(command) }
  })
}

/** Returns the kernels of a training step for each of the first `shapes` networks in `kernelShapes`. */
export function kernelCases(shapes: number): KernelCase[] {
  return kernelShapes.slice(0, shapes).flatMap(({ sizes, batchSize: rows }) => {
    const prefix = `${sizes.join('-')} x ${rows}`
    const [inputs, hidden, outputs] = sizes
    const classifier = describeNetwork({
      inputs,
      layers: [dense(hidden, 'relu'), dense(outputs, 'softmax')],
      cost: 'cross-entropy',
    })
    const options = { task: 'train', dtype: 'float32', rows } as const
    const withOptimizer = (optimizer: OptimizerOption) =>
      compile(classifier, { ...options, learning: { ...plainDescent, optimizer: optimizerOf(optimizer) } })
    return [
      ...take(compile(describeNetwork(sizes), options), ['gemm', 'sigmoid'], prefix),
      ...take(withOptimizer({ name: 'sgd', momentum: 0.9 }), ['softmax', 'momentum'], prefix),
      ...take(withOptimizer('adam'), ['adam'], prefix),
    ]
  })
}
