import { availableParallelism } from 'node:os'
import { type BackendRequest, backends } from '../backend/select.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { DescentError, optionError } from '../base/errors.js'
import { allocateShared, type FloatArray } from '../base/memory.js'
import { outputsOf } from '../compile/spec.js'
import { Dataset, dtypeOf } from '../data/dataset.js'
import { checkRunOptions, type RunOptions } from '../engine/evaluate.js'
import { datasetOf, type Rows } from '../engine/input-rows.js'
import { trace } from '../engine/tracing.js'
import { engineOf, Network } from '../network/network.js'
import { floatArrayType } from '../program/arena.js'
import { type Batches, checkSource, datasetOfBatch } from '../streams/source.js'
import { inOrder } from './in-order.js'
import type { Task } from './task.js'
import { startWorkerPool } from './worker-pool.js'

export interface PoolOptions {
  /** The number of worker threads. Default: the number of processors. */
  readonly threads?: number
  /**
   * The backend of the threads. Default: the backend of the network, so that the threads and the network compute
   * exactly the same outputs.
   */
  readonly backend?: BackendRequest
}

/** Worker threads that compute the outputs of one network. They share the memory of the network's parameters. */
export interface Pool {
  readonly threads: number
  /**
   * Computes the outputs of the network for every row. The returned array contains the outputs of all rows, one row
   * after another. It is in shared memory.
   * @throws DataError if a row is invalid; DescentError if a thread fails
   */
  predict(rows: Rows | Dataset, options?: RunOptions): Promise<FloatArray>
  /**
   * Computes the class of every row, as `network.classify` does.
   * @throws DataError if a row is invalid; DescentError if a thread fails
   */
  classify(rows: Rows | Dataset, options?: RunOptions): Promise<Int32Array>
  /** Yields the outputs for each batch, in order. At most two batches per thread are fetched ahead of the consumer. */
  predictBatches(source: Batches<Rows | Dataset>, options?: RunOptions): AsyncGenerator<FloatArray>
  /** Yields the classes for each batch, in order. At most two batches per thread are fetched ahead of the consumer. */
  classifyBatches(source: Batches<Rows | Dataset>, options?: RunOptions): AsyncGenerator<Int32Array>
  /** Ends the threads after they have finished all earlier calls. */
  close(): Promise<void>
}

/**
 * The rows of a call are divided into this many tasks for each thread, so that a thread that finishes early can take
 * more tasks than the other threads.
 */
const tasksPerThread = 4

/**
 * Starts worker threads that compute the network's outputs without blocking the event loop. The network's parameters
 * are not copied, so training the network changes the results of the pool. The standardization of the inputs is copied
 * and does not change later. An idle pool does not keep the process running.
 *
 * @param network The network that the threads run.
 * @param options The number of threads, and their backend.
 * @returns The pool. Close it when it is no longer needed.
 * @throws OptionError if an argument is wrong; BackendError if the backend is not available; NetworkBusyError while the
 * network does something else; DescentError if a thread cannot be started
 * @example
 * ```ts
 * import { createPool, digits, Network } from 'descent-nn'
 *
 * const pool = createPool(await Network.load('digits.safetensors'), { threads: 2 })
 * console.log(await pool.classify(await digits({ count: 10_000, seed: 3 })))
 * await pool.close()
 * ```
 */
export function createPool(network: Network, options: PoolOptions = {}): Pool {
  if (!(network instanceof Network)) throw optionError({ network }, 'a Network')
  checkKeys('pool', options, ['threads', 'backend'])
  const { threads = availableParallelism(), backend = network.backend.name } = options
  checkInteger({ threads }, 1, 256)
  // If the backend is not available, throw the error here once, not in each thread.
  backends.select(backend)
  const { spec, dtype, chunkRows, kept, requireUnchanging } = engineOf(network)
  requireUnchanging('createPool')
  const width = outputsOf(spec)
  // The threads only compute answers, so they do not need the history, which may have thousands of epochs.
  const workers = startWorkerPool({ shared: { ...network.share(), history: [] }, backend }, threads)
  let closed = false

  function check(what: string, rows: Rows | Dataset, options: RunOptions): Dataset {
    checkRunOptions(what, options)
    if (closed) throw new DescentError('the pool is closed: it answers no more rows')
    return datasetOf(rows, { spec, kept, dtype })
  }

  async function answer(dataset: Dataset, { signal }: RunOptions, target: Pick<Task, 'outputs' | 'classes'>) {
    const { rows, scale, inputs } = dataset
    // The network computes the outputs of `chunkRows` rows at a time. Divide the rows only at multiples of this number.
    // Then, with the same backend, the results of the pool are equal to those of the network, bit for bit.
    const share = Math.ceil(rows / (threads * tasksPerThread) / chunkRows) * chunkRows
    const tasks: Task[] = []
    for (let from = 0; from < rows; from += share) {
      const to = Math.min(from + share, rows)
      tasks.push({
        inputs: inputs.subarray(from * spec.inputs, to * spec.inputs),
        scale,
        size: to - from,
        ...(target.outputs && { outputs: target.outputs.subarray(from * width, to * width) }),
        ...(target.classes && { classes: target.classes.subarray(from, to) }),
      })
    }
    await workers.run(tasks, signal)
  }

  async function predict(rows: Rows | Dataset, options: RunOptions = {}): Promise<FloatArray> {
    const dataset = check('predict', rows, options)
    return trace(
      'predict',
      () => ({ network, method: 'predict', rows: dataset.rows, options }),
      async () => {
        const outputs = allocateShared<FloatArray>(floatArrayType(dtype), dataset.rows * width)
        await answer(dataset, options, { outputs })
        return outputs
      },
    )
  }

  async function classify(rows: Rows | Dataset, options: RunOptions = {}): Promise<Int32Array> {
    const dataset = check('classify', rows, options)
    return trace(
      'predict',
      () => ({ network, method: 'classify', rows: dataset.rows, options }),
      async () => {
        const classes = allocateShared(Int32Array, dataset.rows)
        await answer(dataset, options, { classes })
        return classes
      },
    )
  }

  function inBatches<Answer>(
    what: string,
    source: Batches<Rows | Dataset>,
    options: RunOptions,
    answer: (dataset: Dataset, options: RunOptions) => Promise<Answer>,
  ): AsyncGenerator<Answer> {
    checkRunOptions(what, options)
    checkSource(source)
    let number = 0
    const answerBatch = async (batch: Rows | Dataset, signal: AbortSignal) => {
      const dataset = datasetOfBatch(batch, number++, { spec, kept, dtype })
      // If the source yields a dataset, copy it. The source may write its next batches into the same memory before the
      // outputs of this batch are computed.
      return answer(dataset === batch ? copyOf(dataset) : dataset, { signal })
    }
    return inOrder(source, 2 * threads, answerBatch, options.signal)
  }

  return {
    threads,
    predict,
    classify,
    predictBatches: (source, options = {}) => inBatches('predictBatches', source, options, predict),
    classifyBatches: (source, options = {}) => inBatches('classifyBatches', source, options, classify),
    close() {
      closed = true
      return workers.close()
    },
  }
}

function copyOf({ inputs, width, rows, scale }: Dataset): Dataset {
  const copy = Dataset.allocate({ rows, width, scale, dtype: dtypeOf(inputs) })
  copy.inputs.set(inputs)
  return copy
}
