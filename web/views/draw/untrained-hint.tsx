import { useCommands } from '../../parts/use-commands.js'
import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

/** The number of inputs of the trained network that is shipped. */
const demoInputs = 784

/** Says that the answers of a network that has not learned are guesses, and offers the trained one. */
export function UntrainedHint({ connection, state, isWriter }: Pick<ViewProps, 'connection' | 'state' | 'isWriter'>) {
  const { draw: texts, newNetwork } = useTexts()
  const { refused, send } = useCommands(connection)
  const { settings, phase, position, shape } = state
  // A network without settings was loaded, so it has learned elsewhere.
  if (!settings || phase !== 'idle' || position.batches > 0) return null

  return (
    <div class="untrained">
      <p>{texts.untrained}</p>
      {isWriter && shape.inputs === demoInputs && (
        <button type="button" onClick={() => send({ do: 'load-demo' })}>
          {newNetwork.demo}
        </button>
      )}
      {refused && <p role="alert">{refused}</p>}
    </div>
  )
}
