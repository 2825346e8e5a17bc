/** Makes two hosts on this machine: network namespaces with names of their own, and a cable between them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param {string[]} args */
const ip = (...args) => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** The network of the two hosts. It does not leave the namespaces. */
export const network = '10.77.0.0/24'

/**
 * Makes the hosts. `remoteShell` is a program that runs a command on a host, as ssh does, if the host can be reached.
 * Processes of both hosts see the same files.
 *
 * @param {string} folder where the remote shell is written
 */
export function makeHosts(folder) {
  const names = ['a', 'b'].map((letter) => `descent-${letter}${process.pid}`)
  const [first, second] = names
  const configuration = names.map((name) => join('/etc/netns', name))
  const remove = () => {
    for (const path of configuration) rmSync(path, { recursive: true, force: true })
    for (const name of names) {
      try {
        ip('netns', 'delete', name)
      } catch {
        // The host was not made.
      }
    }
  }
  try {
    for (const name of names) ip('netns', 'add', name)
    ip('link', 'add', 'cable', 'netns', first, 'type', 'veth', 'peer', 'name', 'cable', 'netns', second)
    for (const [i, name] of names.entries()) {
      ip('-n', name, 'address', 'add', `10.77.0.${i + 1}/24`, 'dev', 'cable')
      for (const device of ['lo', 'cable']) ip('-n', name, 'link', 'set', device, 'up')
      // A command in the namespace sees this file as /etc/hosts.
      mkdirSync(configuration[i], { recursive: true })
      writeFileSync(
        join(configuration[i], 'hosts'),
        `127.0.0.1 localhost\n${names.map((name, i) => `10.77.0.${i + 1} ${name}\n`).join('')}`,
      )
    }
  } catch (error) {
    remove()
    throw error
  }
  // Without a host name of its own, Open MPI would take both namespaces for one host.
  const enter = (/** @type {string} */ name) => [
    ...['ip', 'netns', 'exec', name, 'unshare', '--uts'],
    ...['bash', '-c', 'hostname "$0" && exec "$@"', name],
  ]
  const remoteShell = join(folder, 'remote-shell')
  writeFileSync(
    remoteShell,
    `#!/bin/bash
host=$1
shift
ip -n "$host" link show dev cable | grep -q 'state UP' || { echo "no route to $host" >&2 && exit 255; }
cd /tmp
exec ip netns exec "$host" unshare --uts bash -c 'hostname "$0" && eval "$1"' "$host" "$*"
`,
    { mode: 0o755 },
  )
  return {
    names,
    remoteShell,
    /** Returns the command as it is run on the first host. @param {readonly string[]} command */
    onFirst: (command) => [...enter(first), ...command],
    /** Cuts the cable, or mends it. @param {'down' | 'up'} state */
    setCable: (state) => ip('-n', second, 'link', 'set', 'cable', state),
    /** Returns the number of bytes that the first host has sent through the cable. */
    bytesSent() {
      const [device] = JSON.parse(ip('-n', first, '-s', '-j', 'link', 'show', 'dev', 'cable'))
      return Number(device.stats64.tx.bytes)
    },
    remove,
  }
}
