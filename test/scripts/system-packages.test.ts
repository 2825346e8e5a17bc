import { expect, test } from 'vitest'
import { installPackages, managers, managersError } from '../../scripts/native/system-packages.mjs'

/** Runs nothing, and records the commands. */
function recorder(outcome = { ok: true, output: '' }) {
  const commands: string[] = []
  return {
    commands,
    execute: async (command: string[]) => {
      commands.push(command.join(' '))
      return outcome
    },
  }
}

async function commandsOf(manager: keyof typeof managers, packages: string[], sudo: boolean) {
  const { commands, execute } = recorder()
  expect(await installPackages(managers[manager], packages, { sudo, execute })).toBeUndefined()
  return commands
}

test('apt does not wait forever, and asks nothing', async () => {
  const patience = '-o Acquire::http::Timeout=15 -o Acquire::Retries=1 -o DPkg::Lock::Timeout=60'
  expect(await commandsOf('apt', ['g++', 'libopenblas-dev'], false)).toEqual([
    `env DEBIAN_FRONTEND=noninteractive apt-get ${patience} update`,
    `env DEBIAN_FRONTEND=noninteractive apt-get ${patience} install -y --no-install-recommends g++ libopenblas-dev`,
  ])
})

test('sudo never asks for a password', async () => {
  expect(await commandsOf('dnf', ['openblas-devel'], true)).toEqual([
    'sudo -n env dnf install -y --setopt=timeout=15 --setopt=retries=1 --setopt=install_weak_deps=False openblas-devel',
  ])
})

test('apk', async () => {
  expect(await commandsOf('apk', ['g++', 'openblas-dev'], false)).toEqual([
    'env apk add --no-cache --timeout 15 g++ openblas-dev',
  ])
})

test('brew', async () => {
  expect(await commandsOf('brew', ['openblas'], false)).toEqual([
    'env HOMEBREW_NO_AUTO_UPDATE=1 NONINTERACTIVE=1 brew install --quiet openblas',
  ])
})

test('the message about an unreachable apt server is quoted', async () => {
  const output = `Ign:1 http://deb.debian.org/debian bookworm InRelease
Err:1 http://deb.debian.org/debian bookworm InRelease
  Temporary failure resolving 'deb.debian.org'
Reading package lists...
W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  Temporary failure resolving 'deb.debian.org'
E: Unable to locate package g++`
  const problem = await installPackages(managers.apt, ['g++'], {
    sudo: false,
    execute: recorder({ ok: false, output }).execute,
  })
  expect(problem).toBe(
    "Err:1 http://deb.debian.org/debian bookworm InRelease Temporary failure resolving 'deb.debian.org'",
  )
})

test('the error of each manager is found in its log', () => {
  expect(managersError('Reading package lists...\nE: Could not get lock /var/lib/dpkg/lock-frontend.\n')).toBe(
    'E: Could not get lock /var/lib/dpkg/lock-frontend.',
  )
  expect(managersError('Fedora 40 0.0 B/s\nError: Unable to find a match: openblas-devel\n')).toBe(
    'Error: Unable to find a match: openblas-devel',
  )
  expect(managersError('fetch https://dl-cdn.alpinelinux.org\nERROR: unable to select packages:\n')).toBe(
    'ERROR: unable to select packages:',
  )
  expect(managersError('something else\n\n')).toBe('something else')
  expect(managersError('')).toBe('it printed nothing')
})
