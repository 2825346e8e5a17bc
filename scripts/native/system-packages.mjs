/**
 * The command lines of the system's package managers, and the names of the packages that contain the build tools and
 * OpenBLAS.
 */
import { run } from '../setup/run.mjs'

/**
 * @typedef {'compiler' | 'make' | 'python' | 'openblas'} Tool
 * @typedef {object} Manager
 * @property {string} program
 * @property {Partial<Record<Tool, string>>} packages the package of each tool that this manager can install
 * @property {string[][]} before commands to run before the installation. If they fail, the installation is tried anyway
 * @property {string[]} install
 * @property {string} typed the installation command as a user types it, without the packages
 * @property {Record<string, string>} [environment]
 * @property {boolean} asRoot
 */

const patience = ['-o', 'Acquire::http::Timeout=15', '-o', 'Acquire::Retries=1', '-o', 'DPkg::Lock::Timeout=60']

/** The package managers, in order of preference. @type {Record<string, Manager>} */
export const managers = {
  apt: {
    program: 'apt-get',
    packages: { compiler: 'g++', make: 'make', python: 'python3', openblas: 'libopenblas-dev' },
    before: [['apt-get', ...patience, 'update']],
    install: ['apt-get', ...patience, 'install', '-y', '--no-install-recommends'],
    typed: 'apt-get update && apt-get install -y --no-install-recommends',
    environment: { DEBIAN_FRONTEND: 'noninteractive' },
    asRoot: true,
  },
  dnf: {
    program: 'dnf',
    packages: { compiler: 'gcc-c++', make: 'make', python: 'python3', openblas: 'openblas-devel' },
    before: [],
    install: ['dnf', 'install', '-y', '--setopt=timeout=15', '--setopt=retries=1', '--setopt=install_weak_deps=False'],
    typed: 'dnf install -y',
    asRoot: true,
  },
  apk: {
    program: 'apk',
    packages: { compiler: 'g++', make: 'make', python: 'python3', openblas: 'openblas-dev' },
    before: [],
    install: ['apk', 'add', '--no-cache', '--timeout', '15'],
    typed: 'apk add',
    asRoot: true,
  },
  brew: {
    program: 'brew',
    // On a Mac, the compiler and make come with Apple's command line tools, not with Homebrew.
    packages: { python: 'python', openblas: 'openblas' },
    before: [],
    install: ['brew', 'install', '--quiet'],
    typed: 'brew install',
    environment: { HOMEBREW_NO_AUTO_UPDATE: '1', NONINTERACTIVE: '1' },
    asRoot: false,
  },
}

/**
 * Returns the installation command as a user types it, with sudo if needed.
 *
 * @param {Manager} manager
 * @param {string[]} packages
 * @param {boolean} withSudo
 */
export function typedCommand(manager, packages, withSudo) {
  const command = `${manager.typed} ${packages.join(' ')}`
  if (!manager.asRoot || !withSudo) return command
  return command
    .split(' && ')
    .map((part) => `sudo ${part}`)
    .join(' && ')
}

/** Returns the line of a log that says why the package manager failed. @param {string} log */
export function managersError(log) {
  const lines = log.split('\n').map((line) => line.trim())
  const patterns = [/^Err:\d/, /^W: Failed to fetch/, /^E: /, /^ERROR: /, /^Error: /, /^error: /i]
  for (const pattern of patterns) {
    const at = lines.findIndex((line) => pattern.test(line))
    // apt prints "Err:1 <address>" and puts the cause on the next line, so both lines are returned.
    if (at >= 0) return pattern.source.startsWith('^Err:') ? `${lines[at]} ${lines[at + 1] ?? ''}`.trim() : lines[at]
  }
  return lines.filter(Boolean).at(-1) ?? 'it printed nothing'
}

/**
 * @param {Manager} manager
 * @param {string[]} packages
 * @param {{ sudo: boolean, execute?: typeof run }} how
 * @returns {Promise<string | undefined>} why the installation failed, or undefined if it succeeded
 */
export async function installPackages(manager, packages, { sudo, execute = run }) {
  const variables = Object.entries(manager.environment ?? {}).map(([name, value]) => `${name}=${value}`)
  const asUser = sudo ? ['sudo', '-n', 'env', ...variables] : ['env', ...variables]
  let log = ''
  for (const command of manager.before) log += (await execute([...asUser, ...command], { minutes: 3 })).output
  const { ok, output } = await execute([...asUser, ...manager.install, ...packages], { minutes: 20 })
  return ok ? undefined : managersError(log + output)
}
