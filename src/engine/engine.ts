import type { FloatArray } from '../base/memory.js'
import type { NetworkDescription } from '../compile/spec.js'
import { type Access, createAccess } from './access.js'
import { createWorkspace, type Workspace, type WorkspaceOptions } from './workspace.js'

/** The workspace in which a network learns, and the rules that say which calls may use the network at the same time. */
export interface Engine extends Workspace, Access {}

export function createEngine(spec: NetworkDescription, options: WorkspaceOptions): Engine {
  const own = createWorkspace(spec, options)
  const create = (parameters: FloatArray) => createWorkspace(spec, { ...options, parameters })
  return { ...own, ...createAccess(own, create) }
}
