import { expect, test } from 'vitest'
import { DataError } from '#src/base/errors'
import type { Lesson } from '#src/cli/run/run'
import { learn } from '#src/cli/run/watch-run'
import { Interruption } from '#src/cli/terminal/interruption'

const reason = new Interruption('SIGINT')
const signal = AbortSignal.abort(reason)
const status = { show: () => undefined, clear: () => undefined }
const options = { epochs: 1, learningRate: 1, checkpoint: undefined, resumption: undefined, status, signal }

/** A lesson whose training ends with an error. */
function failing(error: unknown): Lesson {
  const train = () => ({ next: () => Promise.reject(error) })
  return { training: { rows: 1 }, train, close: () => undefined } as unknown as Lesson
}

test('a run that the user stops ends with what it has learned', async () => {
  expect(await learn(failing(reason), options)).toEqual({ history: [], here: [], epochs: 0, stopped: reason })
})

test('an error after the user stopped the run is shown, not hidden as a stop', async () => {
  const error = new DataError('table.csv: the file ends at byte 7')
  await expect(learn(failing(error), options)).rejects.toBe(error)
})
