import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { smokePlan, type TrainingCase, trainingCases } from '../../bench/cases.js'
import { reasonOf } from '../../bench/contenders/build.js'
import { type Contender, listContenders, onOneThread } from '../../bench/contenders.js'
import { writeResult } from '../../bench/exchange.js'
import { checkOutputs, compete, type Setting, settingFor } from '../../bench/parts/part.js'
import { runContender } from '../../bench/processes.js'
import { temporaryFolder } from '../support/files.js'

const scratch = temporaryFolder()
const bare = { peers: scratch, python: join(scratch, 'python3'), compiler: join(scratch, 'cc'), scratch }

const findContenders = (...where: Parameters<typeof listContenders>): Contender[] =>
  listContenders(...where).map(({ find }) => find())

describe('contenders', () => {
  it('all say why they cannot run if nothing is installed', () => {
    const missing = Object.fromEntries(
      findContenders(bare).flatMap(({ name, missing: reason }) => (reason ? [[name, reason]] : [])),
    )
    // The native backend may be there or not.
    delete missing.native
    delete missing['native on 2 threads']
    const peer = 'not installed: npm run bench:peers'
    const python = `cannot start ${bare.python}: spawnSync ${bare.python} ENOENT`
    expect(missing).toEqual({
      'bare loop in C': `${bare.compiler} cannot compile bare-loop.c: spawnSync ${bare.compiler} ENOENT`,
      numpy: python,
      torch: python,
      'tfjs wasm': peer,
      'tfjs cpu': peer,
      'brain.js': peer,
      onnxruntime: peer,
    })
  })

  it('repeat the messages of Python and of the compiler', () => {
    const script = (name: string, said: string) => {
      const path = join(scratch, name)
      writeFileSync(path, `#!/bin/sh\necho "${said}" >&2\nexit 1\n`, { mode: 0o755 })
      return path
    }
    const places = {
      ...bare,
      python: script('bare-python', ''),
      compiler: script('bare-cc', 'x.c:1: fatal error: no cblas.h'),
    }
    const missing = new Map(findContenders(places).map(({ name, missing: reason }) => [name, reason]))
    expect(missing.get('numpy')).toBe(`${places.python} has no numpy`)
    expect(missing.get('bare loop in C')).toBe(
      `${places.compiler} cannot compile bare-loop.c: x.c:1: fatal error: no cblas.h`,
    )
  })

  it('have the version of the installed package, and need all of their packages', () => {
    const peers = join(scratch, 'peers')
    mkdirSync(join(peers, 'node_modules/@tensorflow/tfjs'), { recursive: true })
    writeFileSync(join(peers, 'node_modules/@tensorflow/tfjs/package.json'), '{ "version": "4.5.6" }')
    const found = new Map(findContenders({ ...bare, peers }).map((one) => [one.name, one]))
    expect(found.get('tfjs cpu')).toMatchObject({ version: '4.5.6' })
    expect(found.get('tfjs cpu')?.missing).toBeUndefined()
    expect(found.get('tfjs wasm')?.missing).toBe('not installed: npm run bench:peers')
  })
})

describe('threads', () => {
  const threadsOf = (...[threads, cores]: [number, number]) =>
    Object.fromEntries(findContenders(bare, threads, cores).map((one) => [one.name, one.threads ?? 1]))

  it('are one for every contender but a second native one, which needs a second core', () => {
    const { 'native on 2 threads': two, ...others } = threadsOf(1, 2)
    expect(two).toBe(2)
    expect(new Set(Object.values(others))).toEqual(new Set([1]))
    expect(threadsOf(1, 1)).toEqual(others)
  })

  it('are as many as asked for if a contender can use several', () => {
    const told = threadsOf(4, 8)
    expect(Object.keys(told).filter((name) => told[name] === 4)).toEqual([
      'native',
      'bare loop in C',
      'numpy',
      'torch',
      'onnxruntime',
    ])
    expect(told).not.toHaveProperty('native on 2 threads')
    expect(onOneThread(findContenders(bare, 4, 8), 4)).toEqual([
      'always on one thread: wasm, typescript, plain loop, tfjs wasm, tfjs cpu, brain.js',
    ])
    expect(onOneThread(findContenders(bare, 1, 8), 1)).toEqual([])
  })

  it('of the second native contender give the bits of the first, and only wide networks use them', () => {
    const omitted: string[] = []
    const setting: Setting = {
      plan: smokePlan,
      contenders: findContenders(bare, 1, 2),
      folder: scratch,
      say: () => {},
      refuse: () => {},
      omit: (...omission) => omitted.push(omission.join(', ')),
      remark: () => {},
    }
    const named = (of: TrainingCase) => settingFor(setting, 'training', 'here', of).contenders.map(({ name }) => name)
    const [narrow, , wide] = trainingCases
    expect(named(narrow)).not.toContain('native on 2 threads')
    expect(named(narrow)).toContain('brain.js')
    expect(omitted).toEqual([])
    expect(named(wide)).toContain('native on 2 threads')
    expect(named(wide)).not.toContain('brain.js')
    // It does not train at all, so it gives no reason.
    expect(named(wide)).not.toContain('onnxruntime')
    expect(new Set(omitted)).toEqual(new Set(['brain.js, here, it has no softmax and no cross-entropy']))
    expect(setting.contenders.filter(({ exact }) => exact).map(({ name }) => name)).toEqual([
      'native',
      'native on 2 threads',
    ])
  })
})

describe('a process', () => {
  const script = (code: string) => ({ command: [process.execPath, '-e', code] })

  it('gets its task and one thread, and its last line of output is its answer', () => {
    const code = `console.log('noise'); console.log(JSON.stringify({ seconds: [process.argv.length, Number(process.env.OMP_NUM_THREADS)] }))`
    expect(runContender(script(code), 'training', scratch, [1, 'word'])).toEqual({ seconds: [5, 1] })
    expect(runContender({ ...script(code), threads: 3 }, 'training', scratch, [])).toEqual({ seconds: [3, 3] })
  })

  it('that fails passes on its error', () => {
    const run = () => runContender(script(`throw new RangeError('too little')`), 'training', scratch, [])
    expect(run).toThrow('RangeError: too little')
  })

  it('cannot pass with the result of the previous one', () => {
    writeResult(scratch, new Float32Array(1))
    const code = `console.log(require('node:fs').existsSync(process.argv[2] + '/result.f32'))`
    expect(runContender(script(code), 'training', scratch, [])).toBe(false)
  })
})

describe('a competition', () => {
  it('goes on without contenders that fail, and keeps the order of turns', async () => {
    const turns: string[] = []
    const refused: string[] = []
    const contenders = ['a', 'b', 'c', 'd'].map((name): Contender => {
      return { name, tasks: name === 'd' ? [] : ['latency'], command: [] }
    })
    const setting: Setting = {
      plan: { ...smokePlan, rounds: 2 },
      contenders,
      folder: scratch,
      say: () => {},
      refuse: (...refusal) => refused.push(refusal.join(', ')),
      omit: () => {},
      remark: () => {},
    }
    const measurements = await compete(setting, 'latency', 'here', async ({ name }) => {
      if (name === 'a') throw new Error('it is not ready\nat all')
      const rounds: number[] = []
      return {
        async round() {
          turns.push(name)
          if (name === 'b') throw new Error('its result is wrong')
          rounds.push(1)
        },
        measured: () => [{ part: 'inference', case: 'x', contender: name, unit: 'us', better: 'less', rounds }],
      }
    })
    expect(turns).toEqual(['b', 'c', 'c'])
    expect(refused).toEqual(['a, here, it is not ready', 'b, here, its result is wrong'])
    expect(measurements.map(({ contender, rounds }) => [contender, rounds])).toEqual([['c', [1, 1]]])
  })

  it('accepts outputs that differ by rounding, and no others', () => {
    const message = (outputs: readonly number[]) => {
      try {
        checkOutputs(outputs, [0.5, 0.25], 1e-5)
        return ''
      } catch (error) {
        return reasonOf(error)
      }
    }
    expect(message([0.5, 0.250001])).toBe('')
    expect(message([0.5, 0.251])).toBe('its result differs from ours by 1.0e-3; at most 0.00001 is rounding')
    expect(message([0.5])).toBe('its result differs from ours in length or by a NaN; at most 0.00001 is rounding')
  })
})
