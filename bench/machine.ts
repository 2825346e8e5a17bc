import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { Network } from 'descent-nn'

const linuxCaches = '/sys/devices/system/cpu/cpu0/cache'

interface Cache {
  readonly level: string
  readonly type: string
  /** The size as Linux writes it, for example "512K". */
  readonly size: string
}

/** Returns the caches that Linux reports, or an empty list on other systems. */
function readCaches(folder: string): Cache[] {
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith('index'))
    return names.sort().map((name) => {
      const read = (file: string) => readFileSync(join(folder, name, file), 'utf8').trim()
      return { level: read('level'), type: read('type'), size: read('size') }
    })
  } catch {
    return []
  }
}

/** Describes the caches, as in "L1 data 32K, L1 instruction 32K, L2 512K, L3 32768K". */
export function describeCaches(folder = linuxCaches): string {
  const caches = readCaches(folder).map(
    ({ level, type, size }) => `L${level} ${type === 'Unified' ? '' : `${type.toLowerCase()} `}${size}`,
  )
  return caches.join(', ') || 'unknown on this system'
}

/** Returns the sizes of the unified caches in bytes, as in { L2: 524288, L3: 33554432 }. */
export function findCaches(folder = linuxCaches): Record<string, number> {
  const unified = readCaches(folder).filter(({ type, size }) => type === 'Unified' && size.endsWith('K'))
  return Object.fromEntries(unified.map(({ level, size }) => [`L${level}`, 1024 * Number.parseInt(size, 10)]))
}

/** Describes the machine on which the figures were measured. */
export function describeMachine() {
  const [{ model }] = cpus()
  const { name, detail } = new Network([1, 1]).backend
  return {
    processor: `${cpus().length} x ${model.trim()}, ${availableParallelism()} available`,
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
