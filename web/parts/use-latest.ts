import { useEffect, useRef, useState } from 'preact/hooks'
import { messageOf } from '#src/base/errors'
import type { AnswerOf, Connection, QuestionName, QuestionOf } from '#src/see/protocol'

/** The result of work that a component does again and again. */
export interface Latest<Value> {
  /** The last result. It can be older than the key. Undefined until the first one. */
  readonly value: Value | undefined
  /** Why the last work failed. Undefined if it succeeded. */
  readonly problem: string | undefined
  readonly isWorking: boolean
}

/**
 * Does some work, and does it again when the key is another. It never works twice at the same time, so that a page asks
 * no faster than a session answers. Of keys that come meanwhile, the latest counts. Nothing is done while the work is
 * undefined.
 */
export function useLatest<Value>(work: (() => Promise<Value>) | undefined, key: string): Latest<Value> {
  const [result, setResult] = useState<Omit<Latest<Value>, 'isWorking'>>({ value: undefined, problem: undefined })
  const [isWorking, setIsWorking] = useState(false)
  const begun = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (!work || isWorking || begun.current === key) return
    begun.current = key
    setIsWorking(true)
    work()
      .then(
        (value) => setResult({ value, problem: undefined }),
        (error: unknown) => setResult(({ value }) => ({ value, problem: messageOf(error) })),
      )
      .finally(() => setIsWorking(false))
  }, [work, key, isWorking])
  return { ...result, isWorking }
}

/** Asks a question of a session, again when the key is another. */
export function useAnswer<Name extends QuestionName>(
  connection: Connection,
  name: Name,
  question: QuestionOf<Name> | undefined,
  key: string,
): Latest<AnswerOf<Name>> {
  return useLatest(question === undefined ? undefined : () => connection.ask(name, question), key)
}
