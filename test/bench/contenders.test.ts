import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { smokePlan } from '../../bench/cases.js'
import { reasonOf } from '../../bench/contenders/build.js'
import { type Contender, findContenders } from '../../bench/contenders.js'
import { writeResult } from '../../bench/exchange.js'
import { checkOutputs, compete, type Setting } from '../../bench/parts/part.js'
import { runContender } from '../../bench/processes.js'
import { temporaryFolder } from '../support/files.js'

const scratch = temporaryFolder()
const bare = { peers: scratch, python: join(scratch, 'python3'), compiler: join(scratch, 'cc'), scratch }

describe('contenders', () => {
  it('all say why they cannot run where nothing is there', () => {
    const missing = Object.fromEntries(
      findContenders(bare).flatMap(({ name, missing: reason }) => (reason ? [[name, reason]] : [])),
    )
    // Whether the native backend is there is another matter.
    delete missing.native
    delete missing['native on 2 threads']
    const peer = 'not installed: npm run bench:peers'
    const python = `cannot start ${bare.python}: spawnSync ${bare.python} ENOENT`
    expect(missing).toEqual({
      'bare loop in C': `${bare.compiler} does not build it: spawnSync ${bare.compiler} ENOENT`,
      numpy: python,
      torch: python,
      'tfjs wasm': peer,
      'tfjs cpu': peer,
      'brain.js': peer,
      onnxruntime: peer,
    })
  })

  it('say what Python and the compiler said', () => {
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
    expect(missing.get('bare loop in C')).toBe(`${places.compiler} does not build it: x.c:1: fatal error: no cblas.h`)
  })

  it('have the version of the package that is installed, and need all packages that they are made of', () => {
    const peers = join(scratch, 'peers')
    mkdirSync(join(peers, 'node_modules/@tensorflow/tfjs'), { recursive: true })
    writeFileSync(join(peers, 'node_modules/@tensorflow/tfjs/package.json'), '{ "version": "4.5.6" }')
    const found = new Map(findContenders({ ...bare, peers }).map((one) => [one.name, one]))
    expect(found.get('tfjs cpu')).toMatchObject({ version: '4.5.6' })
    expect(found.get('tfjs cpu')?.missing).toBeUndefined()
    expect(found.get('tfjs wasm')?.missing).toBe('not installed: npm run bench:peers')
  })
})

describe('a process', () => {
  const script = (code: string) => ({ command: [process.execPath, '-e', code] })

  it('gets its task and one thread, and answers by its last line', () => {
    const code = `console.log('noise'); console.log(JSON.stringify({ seconds: [process.argv.length, Number(process.env.OMP_NUM_THREADS)] }))`
    expect(runContender(script(code), 'training', scratch, [1, 2.5])).toEqual({ seconds: [5, 1] })
  })

  it('that fails tells its error', () => {
    const run = () => runContender(script(`throw new RangeError('too little')`), 'training', scratch, [])
    expect(run).toThrow('RangeError: too little')
  })

  it('is not judged by the result of the one before', () => {
    writeResult(scratch, new Float32Array(1))
    const code = `console.log(require('node:fs').existsSync(process.argv[2] + '/result.f32'))`
    expect(runContender(script(code), 'training', scratch, [])).toBe(false)
  })
})

describe('a competition', () => {
  it('goes on without those who fail, and keeps the order of turns', async () => {
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

  it('takes outputs that differ by rounding, and no others', () => {
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
