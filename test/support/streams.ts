import { Readable, Writable } from 'node:stream'

/** A sink for objects, and the objects it received. */
export function collector<T>(): { sink: Writable; answers: T[] } {
  const answers: T[] = []
  const sink = new Writable({
    objectMode: true,
    write(answer: T, _encoding, callback) {
      answers.push(answer)
      callback()
    },
  })
  return { sink, answers }
}

/** Everything that an iterable gives until it ends or fails, and its error. */
export async function drain<T>(source: AsyncIterable<T>): Promise<{ given: T[]; error: unknown }> {
  const given: T[] = []
  try {
    for await (const one of source) given.push(one)
    return { given, error: undefined }
  } catch (error) {
    return { given, error }
  }
}

/** A stream of equal rows that counts how many were taken. */
export function countedRows<T>(row: T, count = Number.POSITIVE_INFINITY): { source: Readable; taken: () => number } {
  let taken = 0
  function* rows(): Generator<T> {
    for (; taken < count; taken++) yield row
  }
  return { source: Readable.from(rows()), taken: () => taken }
}
