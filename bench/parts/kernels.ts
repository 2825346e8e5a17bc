import type { Contender } from '../contenders.js'
import { readResult } from '../exchange.js'
import { kernelCases } from '../kernels/cases.js'
import { firstPass } from '../kernels/measure.js'
import { runContender } from '../processes.js'
import type { Measurement } from '../report/measurement.js'
import { checkOutputs, compete, type Entrant, type Setting } from './part.js'

/**
 * The largest allowed difference between an output of a contender and the same output of the TypeScript backend.
 * Small differences are normal, because kernels may add float32 numbers in a different order.
 */
const tolerance = 1e-5

/** Measures kernels one by one. Each contender measures all of them in one process. */
export async function measureKernels(setting: Setting): Promise<Measurement[]> {
  const { plan, folder } = setting
  const cases = kernelCases(plan.shapes)
  // Results are compared with those of the TypeScript backend, because it is the reference for every kernel.
  const ours = firstPass('typescript', plan.shapes)
  async function enter(contender: Contender): Promise<Entrant> {
    const rounds = cases.map(() => [] as number[])
    return {
      async round() {
        const { kernels = {} } = runContender(contender, 'kernels', folder, [plan.kernelTime, plan.shapes])
        checkOutputs(readResult(folder), ours, tolerance)
        cases.forEach(({ name, work, unit }, i) => {
          const perMicrosecond = work / kernels[name]
          if (!(perMicrosecond > 0)) throw new Error(`it printed no time for ${name}`)
          rounds[i].push(unit === 'GFLOP/s' ? perMicrosecond / 1000 : perMicrosecond)
        })
      },
      measured: () =>
        cases.map(({ name, unit }, i) => ({
          part: 'kernels',
          case: name,
          contender: contender.name,
          unit,
          better: 'more',
          rounds: rounds[i],
        })),
    }
  }
  return compete(setting, 'kernels', 'kernels', enter)
}
