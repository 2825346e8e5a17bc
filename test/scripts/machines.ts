/** Machines as scripts/native/machine.mjs describes them. */

export const ready = {
  platform: 'linux',
  node: 'v20.20.2',
  compiler: 'c++',
  make: 'make',
  python: 'python3',
  cmake: undefined,
  ninja: undefined,
  nodeGyp: '/clone/node_modules/node-gyp/bin/node-gyp.js',
  cmakeJs: '/clone/node_modules/cmake-js/bin/cmake-js',
  openblas: '/usr/lib/x86_64-linux-gnu',
  manager: 'apt',
  root: true,
  sudo: false,
}

export const bare = { ...ready, compiler: undefined, make: undefined, python: undefined, openblas: undefined }

export const plainUser = { root: false, sudo: false }

export const withSudo = { root: false, sudo: true }
