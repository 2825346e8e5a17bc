import { NetworkBusyError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import type { Dataset } from '../data/dataset.js'
import { createTogether, type RowAnswers } from './together.js'
import type { Workspace } from './workspace.js'

/**
 * Decides which calls may use a network's parameters at the same time. While a call changes the parameters, no other
 * call can use them. Calls that only read the parameters, such as `predict`, can run at the same time, each in its own
 * workspace. While the network learns, such calls read a published copy of the parameters. See
 * docs/internals/answers.md.
 */
export interface Access {
  /**
   * Checks that nothing uses the network.
   * @throws NetworkBusyError if something changes the network or reads its parameters; the message says that `what`
   * must wait
   */
  requireIdle(what: string): void
  /**
   * Checks that nothing changes the network.
   * @throws NetworkBusyError if something does; the message says that `what` must wait
   */
  requireUnchanging(what: string): void
  /**
   * Waits until all calls that read the parameters have ended, and then runs `work`, which changes the network. The
   * network is busy during both steps. While it is busy, error messages say that other calls must wait until `what`
   * ends.
   * @throws NetworkBusyError if the network is already busy with something that changes it
   */
  occupy<T>(what: string, work: () => Promise<T>): Promise<T>
  /**
   * Runs `work`, which reads the network and its training state. Nothing can change the network until `work` ends.
   * @throws NetworkBusyError if the network is busy with something that changes it
   */
  hold<T>(what: string, work: () => Promise<T>): Promise<T>
  /**
   * Runs `work`, which only reads the parameters, in a workspace that nothing else uses until `work` ends. If the
   * network is busy, `work` reads the published copy. If there is no copy, `answer` first waits until there is one or
   * until the network is no longer busy.
   */
  answer<T>(what: string, work: (workspace: Workspace) => Promise<T>): Promise<T>
  /**
   * Computes an answer for each row of a dataset, under the conditions of `answer`. Calls with few rows that wait at the
   * same time are answered in one pass.
   */
  answerRows<Answer extends FloatArray | Int32Array>(
    what: string,
    dataset: Dataset,
    compute: RowAnswers<Answer>,
  ): Promise<Answer>
  /**
   * Returns a workspace in which the caller may compute synchronously.
   * @throws NetworkBusyError if the network is busy and has published no copy of its parameters
   */
  workspaceNow(what: string): Workspace
  /**
   * Publishes a copy of the parameters. As long as the network is busy, `answer` and `workspaceNow` give workspaces
   * that read the newest copy. Call `publish` only while no batch is running.
   * @throws MemoryError if there is too little memory for the copy
   */
  publish(): void
}

/** An array of parameters, and the workspaces that read it. */
interface Readers {
  readonly parameters: FloatArray
  /**
   * The names of the calls that are running or are waiting for a workspace, oldest first. While there are such calls,
   * the parameters must not change.
   */
  readonly calls: readonly string[]
  /** Runs `work`, and keeps `what` in `calls` until `work` ends. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>
  /** Runs `work` in a workspace. If all workspaces are in use, waits for a free one. */
  run<T>(what: string, work: (workspace: Workspace) => Promise<T>): Promise<T>
  /** Computes an answer for each row, together with other calls that wait. */
  readonly together: ReturnType<typeof createTogether>
  /** Returns the workspace for synchronous calls. */
  now(): Workspace
}

/**
 * The maximum number of workspaces that compute with the same parameters at the same time. With several workspaces, a
 * short call does not need to wait until a long call ends. More workspaces would take memory and would not be faster.
 */
const maxWorkspaces = 4
/** The minimum time between two copies of the parameters, in milliseconds. */
const publishMilliseconds = 50
/**
 * The minimum time between two copies, divided by the time that the last copy took. Because of this minimum, copying
 * takes less than 1 % of the time.
 */
const publishFactor = 200

/**
 * @param own The workspace in which the network learns
 * @param create Creates a workspace that reads the given parameters
 */
export function createAccess(own: Workspace, create: (parameters: FloatArray) => Workspace): Access {
  let busy: string | undefined
  /** Whether the parameters may be changing. False while `occupy` still waits for calls that read them. */
  let isChanging = false
  const live = createReaders(own.parameters)
  const copies: Readers[] = []
  let published: { readonly readers: Readers; readonly at: number; readonly took: number } | undefined
  let waiting: (() => void)[] = []
  const change = () => new Promise<void>((resolve) => waiting.push(resolve))

  function wakeAll(): void {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  function createReaders(parameters: FloatArray): Readers {
    const free: Workspace[] = []
    const queue: ((workspace: Workspace) => void)[] = []
    const calls: string[] = []
    let count = 0
    let synchronous: Workspace | undefined

    /**
     * Updates the workspace's standardization and input names, because the network's may have changed since the last
     * update.
     */
    function updated(workspace: Workspace): Workspace {
      const { standardization, inputNames } = own.kept
      workspace.kept.inputNames = inputNames
      if (workspace.kept.standardization !== standardization) workspace.kept.standardization = standardization
      return workspace
    }

    /** Returns a free workspace, or a promise of one if all are in use. */
    function take(): Workspace | Promise<Workspace> {
      const workspace = free.pop()
      if (workspace) return workspace
      if (count === maxWorkspaces) return new Promise((resolve) => queue.push(resolve))
      const created = create(parameters)
      count++
      return created
    }

    function putBack(workspace: Workspace): void {
      const next = queue.shift()
      if (next) next(workspace)
      else free.push(workspace)
    }

    async function during<T>(what: string, work: () => Promise<T>): Promise<T> {
      calls.push(what)
      try {
        return await work()
      } finally {
        calls.splice(calls.indexOf(what), 1)
        if (calls.length === 0) wakeAll()
      }
    }

    const run = <T>(what: string, work: (workspace: Workspace) => Promise<T>) =>
      during(what, async () => {
        const workspace = await take()
        try {
          return await work(updated(workspace))
        } finally {
          putBack(workspace)
        }
      })

    return {
      parameters,
      calls,
      during,
      run,
      together: createTogether(run),
      now() {
        synchronous ??= create(parameters)
        return updated(synchronous)
      },
    }
  }

  /** Returns the parameters that can be read now. Undefined if the network is busy and has not published a copy. */
  function readable(): Readers | undefined {
    if (busy === undefined) return live
    if (!published) return undefined
    const { readers, at, took } = published
    if (performance.now() - at > Math.max(publishMilliseconds, publishFactor * took)) own.pause()
    return readers
  }

  function busyError(what: string, by: string): NetworkBusyError {
    return new NetworkBusyError(`the network is busy: ${what} must wait until ${by} ends`)
  }

  function requireUnchanging(what: string): void {
    if (busy !== undefined) throw busyError(what, busy)
  }

  /** Waits until there are parameters that can be read. */
  async function whenReadable(): Promise<Readers> {
    for (;;) {
      const readers = readable()
      if (readers) return readers
      await change()
    }
  }

  return {
    requireIdle(what) {
      requireUnchanging(what)
      if (live.calls.length > 0) throw busyError(what, live.calls[0])
    },
    requireUnchanging,
    // The network must be busy as soon as `occupy` returns its promise. So this function must not await anything before
    // it calls `work`, unless calls still read the parameters.
    async occupy(what, work) {
      requireUnchanging(what)
      busy = what
      try {
        while (live.calls.length > 0) await change()
        isChanging = true
        return await work()
      } finally {
        busy = undefined
        isChanging = false
        published = undefined
        wakeAll()
      }
    },
    async hold(what, work) {
      requireUnchanging(what)
      return live.during(what, work)
    },
    async answer(what, work) {
      return (readable() ?? (await whenReadable())).run(what, work)
    },
    async answerRows(what, dataset, compute) {
      return (readable() ?? (await whenReadable())).together(what, dataset, compute)
    },
    workspaceNow(what) {
      const readers = isChanging ? readable() : live
      if (readers) return readers.now()
      throw busyError(what, String(busy))
    },
    publish() {
      const start = performance.now()
      // A copy must not change while a call reads it. With two copies, there is nearly always one that no call reads.
      let readers = copies.find(({ calls }) => calls.length === 0)
      if (!readers) {
        if (copies.length === 2) return
        const { length } = own.parameters
        readers = createReaders(own.selection.backend.allocateBeside(own.parameters, length).subarray(0, length))
        copies.push(readers)
      }
      readers.parameters.set(own.parameters)
      const at = performance.now()
      published = { readers, at, took: at - start }
      wakeAll()
    },
  }
}
