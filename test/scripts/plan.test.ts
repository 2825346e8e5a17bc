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

test('builds with node-gyp where everything is there', () => {
  expect(planNative(ready, handsOff)).toEqual({ does: 'build', builders: ['node-gyp'] })
})

test('keeps cmake-js as the second way where cmake is there', () => {
  const plan = planNative({ ...ready, cmake: 'cmake' }, handsOff)
  expect(plan).toEqual({ does: 'build', builders: ['node-gyp', 'cmake-js'] })
})

test('builds with cmake-js where Python is missing', () => {
  const plan = planNative({ ...ready, python: undefined, cmake: 'cmake' }, handsOff)
  expect(plan).toEqual({ does: 'build', builders: ['cmake-js'] })
})

test('builds with cmake-js and ninja where neither Python nor make is there', () => {
  const plan = planNative({ ...ready, python: undefined, make: undefined, cmake: 'cmake', ninja: 'ninja' }, handsOff)
  expect(plan).toEqual({ does: 'build', builders: ['cmake-js'] })
})

test('builds with cmake-js where node-gyp is not to be found', () => {
  const plan = planNative({ ...ready, nodeGyp: undefined, cmake: 'cmake' }, handsOff)
  expect(plan).toEqual({ does: 'build', builders: ['cmake-js'] })
})

test('root installs all that is missing', () => {
  expect(planNative(bare, circumstances)).toEqual({
    does: 'install',
    lacks: 'This machine lacks a C++ compiler, make, Python 3 and OpenBLAS (its library and header)',
    packages: ['g++', 'make', 'python3', 'libopenblas-dev'],
    sudo: false,
    remedy:
      'Run `apt-get update && apt-get install -y --no-install-recommends g++ make python3 libopenblas-dev`, then `npm run build:native`.',
  })
})

test('only OpenBLAS is installed where cmake-js can build without Python', () => {
  const machine = { ...bare, compiler: 'c++', make: 'make', cmake: 'cmake' }
  expect(planNative(machine, circumstances)).toMatchObject({ does: 'install', packages: ['libopenblas-dev'] })
})

test('a user whose sudo asks for no password installs with sudo', () => {
  expect(planNative({ ...bare, ...withSudo }, circumstances)).toMatchObject({ does: 'install', sudo: true })
})

test('a user whose sudo asks for a password is told the command', () => {
  expect(planNative({ ...ready, ...withSudo, openblas: undefined }, sudoAsks)).toEqual({
    does: 'give up',
    reason: 'This machine lacks OpenBLAS (its library and header), and sudo asks for a password.',
    remedy:
      'Run `sudo apt-get update && sudo apt-get install -y --no-install-recommends libopenblas-dev`, then `npm run build:native`.',
  })
})

test('a plain user without sudo is told the command for root', () => {
  expect(planNative({ ...bare, ...plainUser }, circumstances)).toEqual({
    does: 'give up',
    reason:
      'This machine lacks a C++ compiler, make, Python 3 and OpenBLAS (its library and header), and only root may install them.',
    remedy:
      'As root, run `apt-get update && apt-get install -y --no-install-recommends g++ make python3 libopenblas-dev`, then `npm run build:native`.',
  })
})

test('a compiler that is missing alone is named alone', () => {
  expect(planNative({ ...ready, ...plainUser, compiler: undefined }, circumstances)).toMatchObject({
    reason: 'This machine lacks a C++ compiler, and only root may install it.',
  })
})

test('where system packages are not to be touched, sudo is not even asked', () => {
  expect(planNative({ ...ready, ...withSudo, compiler: undefined }, handsOff)).toEqual({
    does: 'give up',
    reason: 'This machine lacks a C++ compiler, and system packages are not to be touched.',
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

test('Homebrew installs without sudo, as a plain user', () => {
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
      'This machine lacks OpenBLAS (its library and header), and has none of the package managers that set-up knows: apt, dnf, apk and brew.',
    remedy: 'Install OpenBLAS (its library and header) the way this system does, then `npm run build:native`.',
  })
})

test('a dependency without node-gyp is told so, and named its own command', () => {
  const machine = { ...ready, nodeGyp: undefined, cmakeJs: undefined }
  expect(planNative(machine, { ...circumstances, buildCommand: 'npx descent-nn build' })).toEqual({
    does: 'give up',
    reason: 'node-gyp was found neither beside this package nor with npm.',
    remedy: 'Run `npm install --global node-gyp`, then `npx descent-nn build`.',
  })
})

test('a wrong OPENBLAS_DIR is not answered with an installation', () => {
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
