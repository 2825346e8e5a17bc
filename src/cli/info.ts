import { arch, availableParallelism, cpus, platform } from 'node:os'
import { BackendError, findMnist, Network } from '../index.js'
import { defineCommand } from './command.js'
import { columns } from './format.js'
import { print } from './terminal.js'
import { version } from './version.js'

type Native = { readonly loads: true; readonly detail: string } | { readonly loads: false; readonly reason: string }

export const info = defineCommand({
  name: 'info',
  summary: 'tells what descent runs on here, and why',
  options: { json: { meaning: 'print it as JSON' } },
  notes: [],
  async run(args) {
    const facts = {
      version,
      node: process.versions.node,
      platform: `${platform()} ${arch()}`,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      backend: new Network([1, 1]).backend,
      native: nativeBackend(),
      mnist: (await findMnist()) ?? null,
    }
    await print(args.has('json') ? JSON.stringify(facts, null, 2) : describe(facts))
    return undefined
  },
})

/** Whether the native backend loads, whatever is chosen. */
function nativeBackend(): Native {
  try {
    return { loads: true, detail: new Network([1, 1], { backend: 'native' }).backend.detail }
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    return { loads: false, reason: error.message }
  }
}

interface Facts {
  readonly version: string
  readonly node: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly backend: Network['backend']
  readonly native: Native
  readonly mnist: string | null
}

function describe({ version, node, platform, cpu, cores, backend, native, mnist }: Facts): string {
  return columns([
    ['descent', `${version} on Node ${node}, ${platform}`],
    ['processor', `${cpu}, ${cores} ${cores === 1 ? 'thread' : 'threads'} at once`],
    ['backend', `${backend.name}: ${backend.reason}`],
    ['native', native.loads ? `${native.detail}; one thread, unless --threads says otherwise` : native.reason],
    ['MNIST', mnist ?? 'not on this machine; "--dataset mnist" fetches it'],
  ])
}
