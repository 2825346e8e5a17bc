import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { compileFlags, findOpenblas, linkFlags, notFound, places } from '../../scripts/find-openblas.mjs'

/** A machine with these files and these pkg-config modules, and nothing else. */
function machine(files: string[], changes: object = {}) {
  return {
    env: {},
    platform: 'linux',
    arch: 'x64',
    isFile: (path: string) => files.includes(path),
    read: () => '',
    pkgConfig: () => '',
    ...changes,
  }
}

const debian = ['/usr/include/x86_64-linux-gnu/cblas.h', '/usr/lib/x86_64-linux-gnu/libopenblas.so']
const fedora = ['/usr/include/openblas/cblas.h', '/usr/lib64/libopenblas.so', '/usr/lib64/libopenblasp.so']
const alpine = ['/usr/include/cblas.h', '/usr/lib/libopenblas.so']
const own = ['/opt/blas/include/cblas.h', '/opt/blas/lib/libopenblas.so']

function pkgConfig(modules: Record<string, { includedir: string; libdir: string }>) {
  return (name: string, variable: 'includedir' | 'libdir') => modules[name]?.[variable] ?? ''
}

test('OPENBLAS_DIR comes before everything', () => {
  const look = machine([...debian, ...own], { env: { OPENBLAS_DIR: '/opt/blas' } })
  const found = findOpenblas(look)
  expect(found.source).toBe('OPENBLAS_DIR (/opt/blas)')
  expect(compileFlags(found)).toBe('-isystem /opt/blas/include')
  expect(linkFlags(found)).toBe('-L/opt/blas/lib -lopenblas -Wl,-rpath,/opt/blas/lib')
})

test('a wrong OPENBLAS_DIR does not fall back to another OpenBLAS', () => {
  const look = machine(debian, { env: { OPENBLAS_DIR: '/opt/blas' } })
  expect(findOpenblas(look)).toBeUndefined()
  expect(notFound(look)).toBe('OpenBLAS was not found: looked for cblas.h and libopenblas in OPENBLAS_DIR (/opt/blas).')
})

test('pkg-config openblas comes before openblas-pthread, and both before the known folders', () => {
  const modules = {
    openblas: { includedir: '/opt/blas/include', libdir: '/opt/blas/lib' },
    'openblas-pthread': { includedir: '/opt/pthread/include', libdir: '/opt/pthread/lib' },
  }
  const sources = places(machine([], { pkgConfig: pkgConfig(modules) })).map(({ source }: { source: string }) => source)
  expect(sources).toEqual([
    'pkg-config openblas',
    'pkg-config openblas-pthread',
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/x86_64-linux-gnu/openblas-pthread',
    '/usr/lib/x86_64-linux-gnu/openblas-openmp',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local',
    '/opt/OpenBLAS',
    'Homebrew',
  ])
  expect(findOpenblas(machine([...debian, ...own], { pkgConfig: pkgConfig(modules) })).source).toBe(
    'pkg-config openblas',
  )
})

test('a pkg-config module whose files are missing is skipped', () => {
  const modules = { openblas: { includedir: '/opt/gone/include', libdir: '/opt/gone/lib' } }
  expect(findOpenblas(machine(debian, { pkgConfig: pkgConfig(modules) })).source).toBe('/usr/lib/x86_64-linux-gnu')
})

test("Debian: the compiler searches its own folder by default, and -isystem with it would break the system's headers", () => {
  const found = findOpenblas(machine(debian))
  expect(compileFlags(found)).toBe('')
  expect(linkFlags(found)).toBe('-L/usr/lib/x86_64-linux-gnu -lopenblas')
})

test('Fedora: the threaded library, not the serial one, which is not thread-safe', () => {
  const found = findOpenblas(machine(fedora))
  expect(compileFlags(found)).toBe('-isystem /usr/include/openblas')
  expect(linkFlags(found)).toBe('-L/usr/lib64 -lopenblasp')
})

test('Alpine', () => {
  const found = findOpenblas(machine(alpine))
  expect(compileFlags(found)).toBe('')
  expect(linkFlags(found)).toBe('-L/usr/lib -lopenblas')
})

test('Homebrew, on both kinds of Mac', () => {
  for (const [arch, folder] of [
    ['arm64', '/opt/homebrew/opt/openblas'],
    ['x64', '/usr/local/opt/openblas'],
  ]) {
    const files = [`${folder}/include/cblas.h`, `${folder}/lib/libopenblas.dylib`]
    const found = findOpenblas(machine(files, { platform: 'darwin', arch }))
    expect(linkFlags(found)).toBe(`-L${folder}/lib -lopenblas -Wl,-rpath,${folder}/lib`)
  }
})

test('a library without its header is not enough, nor a header without its library', () => {
  expect(findOpenblas(machine(debian.slice(0, 1)))).toBeUndefined()
  expect(findOpenblas(machine(debian.slice(1)))).toBeUndefined()
})

test('a build with 64-bit integers is never taken', () => {
  const read = (path: string) =>
    path === '/usr/include/openblas/openblas_config.h' ? '#define OPENBLAS_USE64BITINT \n' : ''
  expect(findOpenblas(machine(fedora, { read }))).toBeUndefined()
  const wide = ['/usr/include/openblas64/cblas.h', '/usr/lib64/libopenblas64.so', '/usr/lib64/libopenblas64_.so']
  expect(findOpenblas(machine(wide))).toBeUndefined()
})

test('a folder with a space in its path is refused, with the reason', () => {
  const files = ['/my blas/include/cblas.h', '/my blas/lib/libopenblas.so']
  const look = machine(files, { env: { OPENBLAS_DIR: '/my blas' } })
  expect(findOpenblas(look)).toBeUndefined()
  expect(notFound(look)).toBe(
    'OPENBLAS_DIR must be a path without spaces, which compiler flags cannot contain, not /my blas.',
  )
})

test('as a program, it fails with a sentence', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/find-openblas.mjs', 'link-flags'], {
    env: { ...process.env, OPENBLAS_DIR: '/nowhere' },
    encoding: 'utf8',
  })
  expect(stderr).toBe('OpenBLAS was not found: looked for cblas.h and libopenblas in OPENBLAS_DIR (/nowhere).\n')
  expect(status).toBe(1)
})
