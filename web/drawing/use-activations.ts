import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { messageOf } from '#src/base/errors'
import type { AnswerOf, Connection } from '#src/see/protocol'

/** What the neurons computed, and for which inputs. */
export interface Reading extends AnswerOf<'activations'> {
  readonly asked: Float32Array
}

/**
 * Asks what the neurons compute for some inputs, again for each new `version` of the network. One question is on its way
 * at a time: if the inputs change meanwhile, only the latest inputs are asked about.
 */
export function useActivations(
  connection: Connection,
  inputs: Float32Array | undefined,
  version: unknown,
): { reading: Reading | undefined; problem: string | undefined } {
  const [reading, setReading] = useState<Reading>()
  const [problem, setProblem] = useState<string>()
  const wanted = useRef<Float32Array | undefined>(undefined)
  const isAsking = useRef(false)

  // The question is on its way before the browser paints, so that the next picture has the answer.
  useLayoutEffect(() => {
    wanted.current = inputs
    if (isAsking.current || !inputs) return
    void askForLatest()
  }, [connection, inputs, version])

  async function askForLatest(): Promise<void> {
    isAsking.current = true
    while (wanted.current) {
      const asked: Float32Array = wanted.current
      wanted.current = undefined
      try {
        setReading({ ...(await connection.ask('activations', { inputs: asked })), asked })
        setProblem(undefined)
      } catch (error) {
        setProblem(messageOf(error))
      }
    }
    isAsking.current = false
  }
  return { reading, problem }
}
