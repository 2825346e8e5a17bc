import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { Network } from 'descent'

const linuxCaches = '/sys/devices/system/cpu/cpu0/cache'

/** "L1 data 32K, L1 instruction 32K, L2 512K, L3 32768K", where the system tells (Linux). */
export function describeCaches(folder = linuxCaches): string {
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith('index'))
    const caches = names.sort().map((name) => {
      const [level, type, size] = ['level', 'type', 'size'].map((file) =>
        readFileSync(join(folder, name, file), 'utf8').trim(),
      )
      return `L${level} ${type === 'Unified' ? '' : `${type.toLowerCase()} `}${size}`
    })
    return caches.join(', ') || 'the system does not tell'
  } catch {
    return 'the system does not tell'
  }
}

/** What the figures were measured on. */
export function describeMachine() {
  const [{ model }] = cpus()
  const { name, detail } = new Network([1, 1]).backend
  return {
    processor: `${cpus().length} x ${model.trim()}, ${availableParallelism()} for us`,
    caches: describeCaches(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${platform()} ${release()}`,
    node: `Node ${process.versions.node}, V8 ${process.versions.v8}`,
    backend: `${name}: ${detail}`,
    load: `${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')} over 1, 5 and 15 minutes at the start`,
  }
}
