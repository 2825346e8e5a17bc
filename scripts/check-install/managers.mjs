/**
 * The package managers that scripts/check-install.mjs tries. Each is an npm package.
 *
 * @typedef {object} Manager
 * @property {string} needs the npm package that has the manager
 * @property {string[]} install installs what package.json lists
 * @property {string[]} again installs exactly what the lock file lists
 * @property {string[]} execute runs a command of an installed package
 * @property {string[][]} run runs a program in the project, in each of these ways
 * @property {(registry: string) => Record<string, string>} [settings] environment variables for the manager
 */

const node = ['node']

/** @type {Omit<Manager, 'needs'>} */
const npm = {
  install: ['npm', 'install'],
  again: ['npm', 'ci'],
  execute: ['npx', '--no-install'],
  run: [node],
}

/** @type {Omit<Manager, 'needs'>} */
const pnpm = {
  install: ['pnpm', 'install', '--no-frozen-lockfile'],
  again: ['pnpm', 'install', '--frozen-lockfile'],
  execute: ['pnpm', 'exec'],
  run: [node],
}

/** @param {'node-modules' | 'pnp'} linker @returns {Manager} */
const yarn4 = (linker) => ({
  needs: '@yarnpkg/cli-dist@4',
  install: ['yarn', 'install', '--no-immutable'],
  again: ['yarn', 'install', '--immutable'],
  execute: ['yarn', 'exec'],
  run: [['yarn', 'node']],
  settings: (registry) => ({
    YARN_NODE_LINKER: linker,
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_ENABLE_TELEMETRY: '0',
  }),
})

/** @type {Record<string, Manager>} */
export const managers = {
  'npm 10': { needs: 'npm@10', ...npm },
  'npm 11': { needs: 'npm@11', ...npm },
  'npm 12': { needs: 'npm@12', ...npm },
  'pnpm 9': { needs: 'pnpm@9', ...pnpm },
  'pnpm 10': { needs: 'pnpm@10', ...pnpm },
  'yarn 1': {
    needs: 'yarn@1',
    install: ['yarn', 'install'],
    again: ['yarn', 'install', '--frozen-lockfile'],
    execute: ['yarn', 'run'],
    run: [node],
  },
  'yarn 4, node_modules': yarn4('node-modules'),
  "yarn 4, Plug'n'Play": yarn4('pnp'),
  bun: {
    needs: 'bun',
    install: ['bun', 'install'],
    again: ['bun', 'install', '--frozen-lockfile'],
    execute: ['bunx', '--no-install'],
    run: [node, ['bun']],
  },
  deno: {
    needs: 'deno',
    install: ['deno', 'install'],
    again: ['deno', 'install', '--frozen'],
    execute: ['npx', '--no-install'],
    run: [node, ['deno', 'run', '--allow-all']],
  },
}

/** The npm on the PATH. @type {Manager} */
export const ownNpm = { needs: 'npm', ...npm }
