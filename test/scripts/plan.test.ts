import { expect, test } from 'vitest'
import { planNative } from '../../scripts/native/plan.mjs'
import { bare, plainUser, ready, withSudo } from './machines.js'

const circumstances = { maySystemPackages: true, maySudo: () => true, buildCommand: 'npm run build:native' }
const sudoAsks = { ...circumstances, maySudo: () => false }
const handsOff = {
  ...circumstances,
  maySystemPackages: false,
  maySudo: () => {
    throw new Error('sudo must not be asked')
  },
}

test('builds with node-gyp if everything is installed', () => {
  expect(planNative(ready, handsOff)).toEqual({ does: 'build', builders: ['node-gyp'] })
})

test('keeps cmake-js as the second choice if cmake is installed', () => {
  const plan = planNative({ ...ready, cmake: 'cmake' }, handsOff)
  expect(plan).toEqual({ does: 'build', builders: ['node-gyp', 'cmake-js'] })
})

test('builds with cmake-js if Python is missing', () => {
  const plan = planNative({ ...ready, python: undefined, cmake: 'cmake' }, handsOff)
  expect(plan).toEqual({ does: 'build', builders: ['cmake-js'] })
})

test('builds with cmake-js and ninja if both Python and make are missing', () => {
  const plan = planNative({ ...ready, python: undefined, make: undefined, cmake: 'cmake', ninja: 'ninja' }, handsOff)
  expect(plan).toEqual({ does: 'build', builders: ['cmake-js'] })
})

test('builds with cmake-js if node-gyp is not found', () => {
  const plan = planNative({ ...ready, nodeGyp: undefined, cmake: 'cmake' }, handsOff)
  expect(plan).toEqual({ does: 'build', builders: ['cmake-js'] })
})

test('root installs everything that is missing', () => {
  expect(planNative(bare, circumstances)).toEqual({
    does: 'install',
    lacks: 'This machine lacks a C++ compiler, make, Python 3 and OpenBLAS (its library and header)',
    packages: ['g++', 'make', 'python3', 'libopenblas-dev'],
    sudo: false,
    remedy:
      'Run `apt-get update && apt-get install -y --no-install-recommends g++ make python3 libopenblas-dev`, then `npm run build:native`.',
  })
})

test('only OpenBLAS is installed if cmake-js can build without Python', () => {
  const machine = { ...bare, compiler: 'c++', make: 'make', cmake: 'cmake' }
  expect(planNative(machine, circumstances)).toMatchObject({ does: 'install', packages: ['libopenblas-dev'] })
})

test('a user whose sudo needs no password installs with sudo', () => {
  expect(planNative({ ...bare, ...withSudo }, circumstances)).toMatchObject({ does: 'install', sudo: true })
})

test('a user whose sudo needs a password gets the command', () => {
  expect(planNative({ ...ready, ...withSudo, openblas: undefined }, sudoAsks)).toEqual({
    does: 'give up',
    reason: 'This machine lacks OpenBLAS (its library and header), and sudo asks for a password.',
    remedy:
      'Run `sudo apt-get update && sudo apt-get install -y --no-install-recommends libopenblas-dev`, then `npm run build:native`.',
  })
})

test('an ordinary user without sudo gets the command for root', () => {
  expect(planNative({ ...bare, ...plainUser }, circumstances)).toEqual({
    does: 'give up',
    reason:
      'This machine lacks a C++ compiler, make, Python 3 and OpenBLAS (its library and header), and only root may install them.',
    remedy:
      'As root, run `apt-get update && apt-get install -y --no-install-recommends g++ make python3 libopenblas-dev`, then `npm run build:native`.',
  })
})

test('if only the compiler is missing, only the compiler is named', () => {
  expect(planNative({ ...ready, ...plainUser, compiler: undefined }, circumstances)).toMatchObject({
    reason: 'This machine lacks a C++ compiler, and only root may install it.',
  })
})

test('if set-up may not install system packages, it does not call sudo', () => {
  expect(planNative({ ...ready, ...withSudo, compiler: undefined }, handsOff)).toEqual({
    does: 'give up',
    reason: 'This machine lacks a C++ compiler, and set-up may not install system packages.',
    remedy:
      'Run `sudo apt-get update && sudo apt-get install -y --no-install-recommends g++`, then `npm run build:native`.',
  })
})

test('each package manager has its own names', () => {
  const packages = (manager: string) => planNative({ ...bare, manager }, circumstances).packages
  expect(packages('dnf')).toEqual(['gcc-c++', 'make', 'python3', 'openblas-devel'])
  expect(packages('apk')).toEqual(['g++', 'make', 'python3', 'openblas-dev'])
})

test('each package manager has its own command', () => {
  const machine = { ...ready, ...withSudo, openblas: undefined }
  const remedy = (manager: string) => planNative({ ...machine, manager }, sudoAsks).remedy
  expect(remedy('dnf')).toBe('Run `sudo dnf install -y openblas-devel`, then `npm run build:native`.')
  expect(remedy('apk')).toBe('Run `sudo apk add openblas-dev`, then `npm run build:native`.')
})

test('Homebrew installs without sudo, as an ordinary user', () => {
  const mac = { ...ready, ...withSudo, platform: 'darwin', manager: 'brew', openblas: undefined }
  expect(planNative(mac, sudoAsks)).toEqual({
    does: 'install',
    lacks: 'This machine lacks OpenBLAS (its library and header)',
    packages: ['openblas'],
    sudo: false,
    remedy: 'Run `brew install openblas`, then `npm run build:native`.',
  })
  expect(planNative({ ...mac, root: true }, sudoAsks)).toMatchObject({
    does: 'give up',
    reason: 'This machine lacks OpenBLAS (its library and header), and brew does not run as root.',
  })
})

test("a Mac without Apple's tools is told how to get them", () => {
  const mac = { ...ready, ...plainUser, platform: 'darwin', manager: 'brew', compiler: undefined }
  expect(planNative(mac, circumstances)).toEqual({
    does: 'give up',
    reason: 'This machine lacks a C++ compiler.',
    remedy: 'Run `xcode-select --install`, then `npm run build:native`.',
  })
})

test('a system with another package manager is told what it needs', () => {
  expect(planNative({ ...ready, manager: undefined, openblas: undefined }, circumstances)).toEqual({
    does: 'give up',
    reason:
      'This machine lacks OpenBLAS (its library and header), and none of the package managers that set-up knows: apt, dnf, apk and brew.',
    remedy: 'Install OpenBLAS (its library and header) with the tools of this system, then `npm run build:native`.',
  })
})

test('an installed package without node-gyp says so, and names its own command', () => {
  const machine = { ...ready, nodeGyp: undefined, cmakeJs: undefined }
  expect(planNative(machine, { ...circumstances, buildCommand: 'npx descent-nn build' })).toEqual({
    does: 'give up',
    reason: 'node-gyp was found neither in node_modules nor with npm.',
    remedy: 'Run `npm install --global node-gyp`, then `npx descent-nn build`.',
  })
})

test('a wrong OPENBLAS_DIR does not lead to an installation', () => {
  const problem = 'OpenBLAS was not found: looked for cblas.h and libopenblas in OPENBLAS_DIR (/nowhere).'
  expect(planNative({ ...ready, openblas: undefined, openblasDirProblem: problem }, circumstances)).toEqual({
    does: 'give up',
    reason: problem,
    remedy:
      'Unset OPENBLAS_DIR, or set it to a folder with include/cblas.h and lib/libopenblas.so, then `npm run build:native`.',
  })
})

test('Windows runs on TypeScript', () => {
  expect(planNative({ ...ready, platform: 'win32' }, circumstances)).toEqual({
    does: 'give up',
    reason: 'The native backend is not built on Windows.',
    remedy: 'Run descent in the Windows Subsystem for Linux to have it.',
  })
})
