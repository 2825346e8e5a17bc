import { Bench } from 'tinybench'
import { backends } from '#src/backend/select'
import { bindCommand, type KernelFunctions } from '#src/backend/typescript/bind'
import { allocate } from '#src/base/memory'
import { type Memory, view } from '#src/program/arena'
import { operandsOf, type Program } from '#src/program/program'
import { concatenate } from '../contenders/implementation.js'
import { writeResult } from '../exchange.js'
import { kernelCases } from './cases.js'
import { plainKernels } from './plain.js'

/**
 * Allocates the memory that a kernel uses, and fills it with the same numbers for every implementation of the kernel.
 * The numbers are between 0.5 and 1.5, because an optimizer's mean squares must not be negative. The first number of
 * each array is 1, because the state of Adam begins with its number of steps, which is a whole number.
 */
function fill({ sizes }: Program): Memory {
  const numbers = (length: number) =>
    allocate(Float32Array, length).map((_, i) => (((i * 7919 + 500) % 1000) + 500) / 1000)
  return {
    parameters: numbers(sizes.parameters),
    state: numbers(sizes.state),
    workspace: numbers(sizes.workspace),
    tally: allocate(Float64Array, sizes.tally),
  }
}

/**
 * Returns a function that runs the only kernel call of `program` on `memory`. The function's argument, `passes`, says
 * how many times the call runs.
 */
function createRun(contender: string, program: Program, memory: Memory): (passes: number) => void {
  if (contender !== 'plain loop') {
    const { backend } = backends.select(contender === 'native' ? 'native' : 'typescript')
    const execution = backend.load({ ...program, rows: 1, batchRows: 1 }, memory, 1).bind({})
    return (passes) => execution.run(0, passes)
  }
  // The cast is safe, because `plainKernels` has all kernels that are measured.
  const run = bindCommand(program.commands[0], memory, plainKernels as KernelFunctions)
  return (passes) => {
    for (let pass = 0; pass < passes; pass++) run({ source: {}, first: 0, position: 0, row: 0, place: 0 })
  }
}

/**
 * Runs each kernel once, on memory of its own. Returns an object for each kernel. In it, `written` holds the numbers
 * that the kernel wrote, and `run` is a function that runs the kernel again.
 */
function prepare(contender: string, shapes: number) {
  return kernelCases(shapes).map((one) => {
    const memory = fill(one.program)
    const run = createRun(contender, one.program, memory)
    run(1)
    const written = operandsOf(one.program.commands[0]).flatMap(({ type, value }) =>
      typeof type === 'object' && type.access !== 'read' && typeof value === 'object'
        ? [view(memory, value).slice()]
        : [],
    )
    return { ...one, run, written: concatenate(written) }
  })
}

/** Runs each kernel once and returns the concatenated outputs of all kernels. */
export function firstPass(contender: string, shapes: number): Float32Array {
  return concatenate(prepare(contender, shapes).map(({ written }) => written))
}

/**
 * Writes the outputs of all kernels to a file in `folder`, where the benchmark checks them. Then measures the kernels
 * with tinybench, and returns the time of each in microseconds.
 */
export async function measureKernels(contender: string, folder: string, time: number, shapes: number) {
  const prepared = prepare(contender, shapes)
  writeResult(folder, concatenate(prepared.map(({ written }) => written)))
  const bench = new Bench({ time, iterations: 3, warmupTime: time / 4, warmupIterations: 1 })
  // `passes` says how many times each kernel runs in one timed call. The call then takes about a tenth of a millisecond
  // on the native backend, so the cost of calling and of reading the clock is negligible.
  const passes = prepared.map(({ unit, work }) => Math.max(1, Math.round((unit === 'GFLOP/s' ? 2e6 : 1e5) / work)))
  prepared.forEach(({ name, run }, i) => {
    bench.add(name, () => run(passes[i]))
  })
  await bench.run()
  const kernels: Record<string, number> = {}
  bench.tasks.forEach(({ name, result }, i) => {
    if (!('latency' in result)) throw new Error(`${name} was not measured: ${result.state}`)
    kernels[name] = (result.latency.p50 * 1000) / passes[i]
  })
  return { kernels }
}
