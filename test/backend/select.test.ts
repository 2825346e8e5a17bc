import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Addon } from '#src/backend/native/addon'
import { loadAddon } from '#src/backend/native/load'
import { createSelector } from '#src/backend/select'
import { BackendError, OptionError } from '#src/base/errors'
import { tableSignature } from '#src/program/kernels'

const fake = (signature = tableSignature()): Addon => ({
  Program: class {
    bind(): never {
      throw new Error('not called')
    }
  },
  Communicator: undefined as never,
  tableSignature: () => signature,
  describe: () => ({
    config: 'OpenBLAS 9.9.9 DYNAMIC_ARCH Zen',
    core: 'Zen',
    vectors: 'AVX2',
    levels: ['baseline', 'avx2'],
  }),
  executedCommands: () => 0,
})

describe('the choice of a backend', () => {
  const variable = process.env.DESCENT_BACKEND
  beforeEach(() => void delete process.env.DESCENT_BACKEND)
  afterEach(() => {
    if (variable === undefined) delete process.env.DESCENT_BACKEND
    else process.env.DESCENT_BACKEND = variable
  })

  it('is native if the addon loads, otherwise wasm if there is WebAssembly, and otherwise TypeScript, with reasons', () => {
    const there = createSelector(() => ({ addon: fake() })).select()
    expect([there.backend.name, there.backend.detail, there.reason]).toEqual([
      'native',
      'OpenBLAS 9.9.9, Zen kernels, AVX2 vectors',
      'the native addon loads on this machine',
    ])
    const second = createSelector(() => ({ reason: 'no compiler' })).select('auto')
    expect([second.backend.name, second.backend.detail, second.reason]).toEqual([
      'wasm',
      `WebAssembly SIMD for float32, V8 ${process.versions.v8.replace(/-.*/, '')}`,
      'no compiler',
    ])
    const third = createSelector(
      () => ({ reason: 'no compiler' }),
      () => ({ reason: 'no vectors' }),
    ).select('auto')
    expect([third.backend.name, third.reason]).toEqual(['typescript', 'no compiler; no vectors'])
  })

  it('is not wasm for a network that is too large for it', () => {
    const selector = createSelector(() => ({ reason: 'no compiler' }))
    const reason = 'WebAssembly computes networks of up to 536870912 parameters, and this network has 536870913'
    expect(selector.select('auto', 2 ** 29).backend.name).toBe('wasm')
    expect(selector.select('auto', 2 ** 29 + 1)).toMatchObject({
      backend: { name: 'typescript' },
      reason: `no compiler; ${reason}`,
    })
    expect(() => selector.select('wasm', 2 ** 29 + 1)).toThrow(
      new BackendError(`the wasm backend is not available: ${reason}`),
    )
  })

  it('obeys the option, then the variable', () => {
    const selector = createSelector(() => ({ addon: fake() }))
    expect(selector.select('typescript').reason).toBe('asked for by the option backend')
    process.env.DESCENT_BACKEND = 'typescript'
    expect(selector.select()).toMatchObject({ backend: { name: 'typescript' }, reason: 'asked for by DESCENT_BACKEND' })
    expect(selector.select('auto').backend.name).toBe('typescript')
    expect(selector.select('native').backend.name).toBe('native')
    expect(selector.select('wasm')).toMatchObject({
      backend: { name: 'wasm' },
      reason: 'asked for by the option backend',
    })
    process.env.DESCENT_BACKEND = 'wasm'
    expect(selector.select()).toMatchObject({ backend: { name: 'wasm' }, reason: 'asked for by DESCENT_BACKEND' })
  })

  it('throws the reason if native is required, and does not fall back', () => {
    const selector = createSelector(() => ({ reason: 'no compiler' }))
    const error = new BackendError('the native backend is not available: no compiler')
    expect(() => selector.select('native')).toThrow(error)
    process.env.DESCENT_BACKEND = 'native'
    expect(() => selector.select()).toThrow(error)
  })

  it('throws the reason if wasm is required, and does not fall back', () => {
    const selector = createSelector(
      () => ({ addon: fake() }),
      () => ({ reason: 'no vectors' }),
    )
    const error = new BackendError('the wasm backend is not available: no vectors')
    expect(() => selector.select('wasm')).toThrow(error)
    process.env.DESCENT_BACKEND = 'wasm'
    expect(() => selector.select()).toThrow(error)
    expect(selector.select('native').backend.name).toBe('native')
  })

  it('refuses other names, and says where they came from', () => {
    const selector = createSelector(() => ({ reason: '' }))
    process.env.DESCENT_BACKEND = 'gpu'
    expect(() => selector.select()).toThrow(
      new OptionError(`DESCENT_BACKEND must be 'auto', 'native', 'wasm' or 'typescript', not "gpu"`),
    )
  })

  it('loads the addon and the WebAssembly module once, and only if they are needed', () => {
    let loads = 0
    let compilations = 0
    const selector = createSelector(
      () => {
        loads++
        return { addon: fake() }
      },
      () => {
        compilations++
        return { reason: 'no vectors' }
      },
    )
    selector.select('typescript')
    expect(loads).toBe(0)
    selector.select()
    selector.select('native')
    expect([loads, compilations]).toEqual([1, 0])
    for (let i = 0; i < 2; i++) expect(() => selector.select('wasm')).toThrow(BackendError)
    expect([loads, compilations]).toEqual([1, 1])
  })
})

describe('loading the addon', () => {
  let folder = ''
  let path = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'descent-addon-'))
    mkdirSync(join(folder, 'build', 'Release'), { recursive: true })
    path = join(folder, 'build', 'Release', 'descent.node')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const install = (content = 'an addon') => {
    writeFileSync(path, content)
    const sha256 = createHash('sha256').update('an addon').digest('hex')
    writeFileSync(join(folder, 'build', 'Release', 'descent.json'), JSON.stringify({ size: 8, sha256 }))
  }
  const never = () => {
    throw new Error('must not be opened')
  }

  it('returns it if file, record and table agree', () => {
    install()
    const addon = fake()
    expect(loadAddon(folder, (file) => (file === path ? addon : undefined))).toEqual({ addon })
  })

  it('says that it has not been built, or why it could not be', () => {
    expect(loadAddon(folder, never)).toEqual({
      reason: 'the native addon has not been built: run "npx descent-nn build" to build it',
    })
    const failure = { reason: 'There is no C++ compiler.', remedy: 'Run: apt-get install g++' }
    writeFileSync(join(folder, 'build', 'native-failure.json'), JSON.stringify(failure))
    expect(loadAddon(folder, never)).toEqual({
      reason: 'the native addon could not be built: There is no C++ compiler. Run: apt-get install g++',
    })
  })

  it.each([
    ['truncated', 'an ad', 5],
    ['changed', 'an adxon', 8],
    ['empty', '', 0],
  ])('does not open a file that is %s', (_name, content, size) => {
    install(content)
    expect(loadAddon(folder, never)).toEqual({
      reason: `the native addon ${path} is damaged (${size} bytes, built with 8): run "npx descent-nn build" to rebuild it`,
    })
  })

  it('does not open a file without a stamp', () => {
    writeFileSync(path, 'an addon')
    expect(loadAddon(folder, never)).toEqual({
      reason: `the native addon ${path} has no stamp (descent.json) next to it: run "npx descent-nn build" to rebuild it`,
    })
  })

  it('quotes the error of the system linker', () => {
    install()
    const open = () => {
      throw new Error('libopenblas.so.0: cannot open shared object file: No such file or directory\nat require')
    }
    expect(loadAddon(folder, open)).toEqual({
      reason: `the native addon ${path} cannot be loaded (libopenblas.so.0: cannot open shared object file: No such file or directory): install OpenBLAS, or run "npx descent-nn build" to rebuild it`,
    })
  })

  it('says that Node may load no addons, and how it may', () => {
    install()
    const open = () => {
      throw Object.assign(new Error('Cannot load native addon because loading addons is disabled.'), {
        code: 'ERR_DLOPEN_DISABLED',
      })
    }
    expect(loadAddon(folder, open)).toEqual({
      reason:
        'the native addon is not loaded, because Node was started with --no-addons: start node without it, also in NODE_OPTIONS',
    })
    Object.defineProperty(process, 'permission', { value: {}, configurable: true })
    try {
      expect(loadAddon(folder, open)).toEqual({
        reason:
          "the native addon is not loaded, because Node's permission model allows no addons: start node with --allow-addons",
      })
    } finally {
      Reflect.deleteProperty(process, 'permission')
    }
  })

  it('says why a file cannot be read, instead of that it is missing', () => {
    install()
    const stamp = join(folder, 'build', 'Release', 'descent.json')
    rmSync(stamp)
    mkdirSync(stamp)
    expect(loadAddon(folder, never)).toEqual({
      reason: `the native addon ${path} cannot be read (EISDIR: illegal operation on a directory, read)`,
    })
    const failure = join(folder, 'build', 'native-failure.json')
    rmSync(path)
    mkdirSync(failure)
    expect(loadAddon(folder, never)).toEqual({
      reason: `the native addon ${path} cannot be read (EISDIR: illegal operation on a directory, read)`,
    })
  })

  it.each([
    [
      'read',
      'cannot be read (EMFILE: too many open files, open descent.json)',
      { code: 'EMFILE', syscall: 'open', message: 'EMFILE: too many open files, open descent.json' },
    ],
    [
      'loaded',
      'cannot be loaded (libopenblas.so.0: cannot open shared object file: Too many open files)',
      { code: 'ERR_DLOPEN_FAILED', message: 'libopenblas.so.0: cannot open shared object file: Too many open files' },
    ],
  ])('says that too many files are open where it cannot be %s', (_what, problem, { message, ...more }) => {
    install()
    const open = () => {
      throw Object.assign(new Error(message), more)
    }
    expect(loadAddon(folder, open)).toEqual({
      reason: `the native addon ${path} ${problem}: close files, or raise the limit of open files (ulimit -n)`,
    })
  })

  it('refuses an addon with another kernel table', () => {
    install()
    expect(loadAddon(folder, () => fake('gemm m:count'))).toEqual({
      reason: `the native addon ${path} was built from the sources of another version: run "npx descent-nn build" to rebuild it`,
    })
  })
})
