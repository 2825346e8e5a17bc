import { cpus, totalmem } from 'node:os'
import { Network } from 'descent'

/** What the figures were measured on. */
export function describeMachine(): Record<'cpu' | 'memory' | 'node' | 'backend', string> {
  const all = cpus()
  const { name, detail } = new Network([1, 1]).backend
  return {
    cpu: `${all.length} x ${all[0].model.trim()}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: `Node ${process.versions.node}`,
    backend: `${name}: ${detail}`,
  }
}
