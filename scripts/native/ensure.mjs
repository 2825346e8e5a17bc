/**
 * Makes sure that the native backend is built and intact. If it cannot be built, descent runs on its WebAssembly
 * backend. The reason and a remedy are then written to build/native-failure.json.
 */
import { listed, sentence, tail } from '../setup/say.mjs'
import { buildWith, firstError } from './builders.mjs'
import { loadProblem } from './load-addon.mjs'
import { fingerprint, lookAtMachine, maySudo } from './machine.mjs'
import { planNative } from './plan.mjs'
import { addonPath, addonProblem, readFailure, recordAddon, recordFailure } from './record.mjs'
import { hashSources } from './sources.mjs'
import { installPackages, managers } from './system-packages.mjs'

/**
 * @typedef {import('./machine.mjs').Machine} Machine
 *
 * @typedef {object} World the functions with which this module acts on the machine. Tests replace them
 * @property {() => Machine} look
 * @property {() => boolean} maySudo
 * @property {typeof installPackages} install
 * @property {(builder: import('./plan.mjs').Builder, machine: Machine) => Promise<import('../setup/run.mjs').Outcome>} build
 * @property {(path: string) => string | undefined} loadProblem
 * @property {(text: string) => void} say
 * @property {() => Date} now
 *
 * @typedef {object} Wishes
 * @property {boolean} [systemPackages] whether set-up may install system packages
 * @property {boolean} [again] whether to build even if nothing has changed
 * @property {string} buildCommand the command that a user types to try again
 * @property {NodeJS.ProcessEnv} [env]
 *
 * @typedef {{ native: true } | { native: false, reason: string, remedy: string }} Result
 */

/**
 * After this number of minutes, a failed build is tried again even if nothing has changed. It may have failed because
 * the network was not available.
 */
const retryMinutes = 60

/** @param {string} root @param {(text: string) => void} say @returns {World} */
export const realWorld = (root, say) => ({
  look: () => lookAtMachine(root),
  maySudo,
  install: installPackages,
  build: (builder, machine) => buildWith(root, builder, machine),
  loadProblem,
  say,
  now: () => new Date(),
})

/**
 * Decides whether the addon must be built. A build that failed recently is not tried again while the machine and the
 * sources are the same.
 *
 * @param {string} root
 * @param {Wishes} wishes
 * @param {World} world
 * @returns {{ settled: Result } | { problem: string | undefined, machine: Machine }} if no build is to be tried,
 * `settled` is the result. Otherwise, `problem` says what is wrong with the addon. It is undefined if the addon is
 * intact but the user has asked for a new build
 */
export function checkNative(root, { again = false, env = process.env }, world) {
  let problem = addonProblem(root)
  if (!problem) {
    const broken = world.loadProblem(addonPath(root))
    if (broken) problem = `it cannot be loaded (${broken})`
  }
  if (!problem && !again) return { settled: { native: true } }

  const machine = world.look()
  const last = readFailure(root)
  if (last && !again && last.machine === fingerprint(machine, hashSources(root), env)) {
    const minutes = (world.now().getTime() - Date.parse(last.at)) / 60_000
    if (minutes < retryMinutes) return { settled: { native: false, reason: last.reason, remedy: last.remedy } }
  }
  return { problem, machine }
}

/** @param {string} root @param {Wishes} wishes @param {World} world @returns {Promise<Result>} */
export async function ensureNative(root, wishes, world) {
  const { systemPackages = false, buildCommand, env = process.env } = wishes
  const check = checkNative(root, wishes, world)
  if ('settled' in check) return check.settled
  world.say(`building the native backend: ${check.problem ?? 'you asked for it'}.`)
  const maySystemPackages = systemPackages && !env.DESCENT_NO_SYSTEM_PACKAGES
  const circumstances = { maySystemPackages, maySudo: world.maySudo, buildCommand }
  const failure = await installAndBuild(root, check.machine, circumstances, world)
  if (!failure) return { native: true }
  // A build that the user asked for may have removed an addon that worked.
  if (check.problem || addonProblem(root)) {
    const machine = fingerprint(world.look(), hashSources(root), env)
    recordFailure(root, failure, { machine, now: world.now() })
  }
  return { native: false, ...failure }
}

/**
 * Installs missing system packages if that is allowed, then builds the addon. Returns undefined on success.
 *
 * @param {string} root
 * @param {Machine} machine
 * @param {import('./plan.mjs').Circumstances} circumstances
 * @param {World} world
 * @returns {Promise<import('./record.mjs').Failure | undefined>}
 */
async function installAndBuild(root, machine, circumstances, world) {
  let plan = planNative(machine, circumstances)
  if (plan.does === 'install' && machine.manager) {
    const { packages, sudo, remedy } = plan
    const { program } = managers[machine.manager]
    world.say(`installing ${listed(packages)} with ${program}${sudo ? ' and sudo' : ''}.`)
    const problem = await world.install(managers[machine.manager], packages, { sudo })
    if (problem) return { reason: sentence(`${program} could not install ${listed(packages)}: ${problem}`), remedy }
    machine = world.look()
    plan = planNative(machine, circumstances)
    if (plan.does === 'install') {
      const reason = `${plan.lacks}, although ${program} says that it has installed ${listed(packages)}.`
      return { reason, remedy: plan.remedy }
    }
  }
  if (plan.does === 'give up') return { reason: plan.reason, remedy: plan.remedy }
  if (plan.does === 'build') return build(root, plan.builders, machine, circumstances.buildCommand, world)
}

/**
 * @param {string} root
 * @param {import('./plan.mjs').Builder[]} builders
 * @param {Machine} machine
 * @param {string} buildCommand
 * @param {World} world
 * @returns {Promise<import('./record.mjs').Failure | undefined>}
 */
async function build(root, builders, machine, buildCommand, world) {
  const problems = []
  for (const builder of builders) {
    world.say(`compiling native/ with ${builder}.`)
    const { ok, output } = await world.build(builder, machine)
    if (ok) {
      const broken = world.loadProblem(addonPath(root))
      if (!broken) {
        recordAddon(root, builder)
        return
      }
      problems.push(`The addon that ${builder} built cannot be loaded: ${broken}`)
    } else {
      world.say(`${builder} failed; the end of its log:\n${tail(output)}`)
      problems.push(`The native sources could not be compiled by ${builder}: ${firstError(output)}`)
    }
  }
  return { reason: sentence(problems[0]), remedy: `Read build/native.log, then run \`${buildCommand}\`.` }
}
