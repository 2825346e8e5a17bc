import { type Command, terminalWriter } from '#src/see/protocol'
import type { Seen } from '../store.js'
import { useTexts } from '../texts/texts.js'

/** What the user should know: a lost connection, another tab or the terminal in control, or a command that failed. */
export function Notices({
  seen,
  isWriter,
  failure,
  forget,
  send,
}: {
  seen: Seen
  isWriter: boolean
  failure: string | undefined
  forget(): void
  send(command: Command): void
}) {
  const { page } = useTexts()
  const { state, isConnected, problem } = seen
  const isTerminals = state?.writer === terminalWriter
  const trouble = failure ?? state?.problem
  return (
    <div role="status">
      {state && !isConnected && (
        <div class="notice">
          <p>
            {page.lost} {page.ended} {problem}
          </p>
        </div>
      )}
      {state && isConnected && !isWriter && (
        <div class="notice">
          <p>{isTerminals ? page.watchingTerminal : page.watching}</p>
          {!isTerminals && (
            <button type="button" onClick={() => send({ do: 'take-over' })}>
              {page.takeOver}
            </button>
          )}
        </div>
      )}
      {trouble !== undefined && (
        <div class="notice">
          <p>
            {page.problem} {trouble}
          </p>
          {failure !== undefined && (
            <button type="button" onClick={forget}>
              {page.dismiss}
            </button>
          )}
        </div>
      )}
    </div>
  )
}
