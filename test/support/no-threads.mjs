// A program that trains three networks at once. With `limit`, the system gives it no more threads. It prints as JSON how many
// threads it got, and the parameters. Only Linux reports the threads of a process, and the limit does not apply to root.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Dataset, Network } from '../../dist/bundle/index.js'

const inputs = new Uint8Array(500 * 784).map((_, i) => (i * 37) % 256)
const data = new Dataset({ inputs, width: 784, labels: new Int32Array(500).map((_, i) => i % 10) })
const networks = [1, 2, 3].map((seed) => new Network([784, 30, 10], { seed, backend: 'native', threads: 2 }))
// libuv starts its threads on first use.
await Promise.all(networks.map(() => stat('.')))
if (process.argv[2] === 'limit') {
  if (process.getuid() === 0) {
    process.setgid(65534)
    process.setuid(65534)
  }
  execFileSync('prlimit', ['--pid', `${process.pid}`, '--nproc=1'])
}
const countThreads = () => readdirSync('/proc/self/task').length
const before = countThreads()
await Promise.all(networks.map((network) => network.fit(data, { epochs: 5, learningRate: 1 })))
process.stdout.write(
  JSON.stringify([countThreads() - before, networks.map(({ parameters }) => Array.from(parameters))]),
)
