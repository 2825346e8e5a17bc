/**
 * Decides what to do about the addon, given the tools that the machine has. The plan is to build the addon, to install
 * missing packages first, or to give up with a reason and a remedy. This module itself changes nothing.
 */
import { listed } from '../setup/say.mjs'
import { managers, typedCommand } from './system-packages.mjs'

/**
 * @typedef {import('./machine.mjs').Machine} Machine
 * @typedef {import('./system-packages.mjs').Tool} Tool
 * @typedef {'node-gyp' | 'cmake-js'} Builder
 *
 * @typedef {{ does: 'build', builders: Builder[] }} Build
 * @typedef {{ does: 'install', lacks: string, packages: string[], sudo: boolean, remedy: string }} Install
 * @typedef {{ does: 'give up', reason: string, remedy: string }} GiveUp
 *
 * @typedef {object} Circumstances
 * @property {boolean} maySystemPackages whether set-up may install system packages at all
 * @property {() => boolean} maySudo whether sudo works without a password
 * @property {string} buildCommand the command that builds the addon, npm run build:native or npx descent-nn build
 */

/** @type {Record<Tool, string>} */
const called = {
  compiler: 'a C++ compiler',
  make: 'make',
  python: 'Python 3',
  openblas: 'OpenBLAS (its library and header)',
}

/** @param {Machine} machine @returns {Builder[]} */
function buildersOf({ compiler, make, python, nodeGyp, cmake, ninja, cmakeJs }) {
  /** @type {Builder[]} */
  const builders = []
  if (compiler && make && python && nodeGyp) builders.push('node-gyp')
  if (compiler && (make || ninja) && cmake && cmakeJs) builders.push('cmake-js')
  return builders
}

/** @param {Machine} machine @returns {Tool[]} */
function missingTools(machine) {
  /** @type {Tool[]} */
  const tools = buildersOf(machine).length > 0 ? ['openblas'] : ['compiler', 'make', 'python', 'openblas']
  return tools.filter((tool) => !machine[tool])
}

/** @param {Machine} machine @param {Circumstances} circumstances @returns {Build | Install | GiveUp} */
export function planNative(machine, { maySystemPackages, maySudo, buildCommand }) {
  const then = `, then \`${buildCommand}\`.`
  if (machine.platform === 'win32')
    return {
      does: 'give up',
      reason: 'The native backend is not built on Windows.',
      remedy: `Run descent in the Windows Subsystem for Linux to have it.`,
    }
  const builders = buildersOf(machine)
  if (builders.length > 0 && machine.openblas) return { does: 'build', builders }
  if (machine.openblasDirProblem)
    return {
      does: 'give up',
      reason: machine.openblasDirProblem,
      remedy: `Unset OPENBLAS_DIR, or set it to a folder with include/cblas.h and lib/libopenblas.so${then}`,
    }

  const missing = missingTools(machine)
  if (missing.length === 0)
    return {
      does: 'give up',
      reason: 'node-gyp was found neither in node_modules nor with npm.',
      remedy: `Run \`npm install --global node-gyp\`${then}`,
    }
  const lacks = `This machine lacks ${listed(missing.map((tool) => called[tool]))}`
  if (machine.platform === 'darwin' && missing.some((tool) => tool === 'compiler' || tool === 'make'))
    return { does: 'give up', reason: `${lacks}.`, remedy: `Run \`xcode-select --install\`${then}` }
  if (!machine.manager)
    return {
      does: 'give up',
      reason: `${lacks}, and none of the package managers that set-up knows: ${listed(Object.keys(managers))}.`,
      remedy: `Install ${listed(missing.map((tool) => called[tool]))} with the tools of this system${then}`,
    }

  const manager = managers[machine.manager]
  const packages = missing.map((tool) => manager.packages[tool]).filter((name) => name !== undefined)
  const typed = `\`${typedCommand(manager, packages, machine.sudo && !machine.root)}\``
  const remedy =
    manager.asRoot && !machine.root && !machine.sudo ? `As root, run ${typed}${then}` : `Run ${typed}${then}`
  const giveUp = (/** @type {string} */ why) =>
    /** @type {GiveUp} */ ({ does: 'give up', reason: `${lacks}${why}`, remedy })

  if (!maySystemPackages) return giveUp(', and set-up may not install system packages.')
  if (!manager.asRoot && machine.root) return giveUp(`, and ${manager.program} does not run as root.`)
  if (!manager.asRoot || machine.root) return { does: 'install', lacks, packages, sudo: false, remedy }
  if (!machine.sudo) return giveUp(`, and only root may install ${missing.length > 1 ? 'them' : 'it'}.`)
  if (!maySudo()) return giveUp(', and sudo asks for a password.')
  return { does: 'install', lacks, packages, sudo: true, remedy }
}
