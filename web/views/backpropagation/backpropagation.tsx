import { useRef, useState } from 'preact/hooks'
import type { Connection, Example } from '#src/see/protocol'
import { useCommands } from '../../parts/use-commands.js'
import { useLatest } from '../../parts/use-latest.js'
import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'
import { Lecture } from './lecture.js'
import { lessonOf } from './lesson.js'
import './backpropagation.css'

/** View 7: one example goes forward through the network, and its error goes back. */
export function BackpropagationView({ connection, state, palette, theme, isWriter }: ViewProps) {
  const texts = useTexts().backpropagation
  const { session, position, epochs, shape, settings, phase, data } = state
  const [turn, setTurn] = useState(0)
  const { refused, send } = useCommands(connection)
  const last = useRef<Example | undefined>(undefined)
  const example = useLatest(async () => {
    last.current = await nextExample(connection, turn % Math.max(1, data.training), last.current)
    return last.current
  }, `${session} ${turn}`)
  const network = `${session} ${position.batches} ${epochs.length} ${JSON.stringify(settings)} ${shape.layers}`
  const given = example.value
  const lesson = useLatest(
    given &&
      (async () => {
        const { inputs, label, targets } = given
        return lessonOf(given, await connection.ask('backpropagation', { inputs, label, targets }))
      }),
    `${network} ${given?.index} ${turn}`,
  )

  const canLearn = isWriter && phase !== 'learning'
  const next = async () => {
    if (canLearn && position.done > 0) await send({ do: 'step', size: 'example' })
    setTurn(turn + 1)
  }
  const trouble = refused ?? lesson.problem ?? example.problem
  return (
    <div class="backpropagation">
      <p>{texts.sentence}</p>
      <div class="buttons">
        <button type="button" onClick={next}>
          {texts.nextExample}
        </button>
        <button type="button" disabled={!canLearn} onClick={() => send({ do: 'step', size: 'batch' })}>
          {texts.learnBatch}
        </button>
        {given && <span class="quiet">{texts.trainingRow(given.index)}</span>}
      </div>
      {trouble && <p role="alert">{trouble}</p>}
      {lesson.value && (
        <Lecture
          key={`${session} ${shape.layers}`}
          lesson={lesson.value}
          shape={shape}
          isShuffled={settings?.shuffledLabels ?? false}
          palette={palette}
          theme={theme}
        />
      )}
    </div>
  )
}

/**
 * Returns the training example that comes next in the run. Where that is the last one again, because the run stands
 * still, returns the row with this index.
 */
async function nextExample(connection: Connection, index: number, last: Example | undefined): Promise<Example> {
  const next = await connection.ask('example', { set: 'training', index, next: true })
  return next.index === last?.index ? connection.ask('example', { set: 'training', index }) : next
}
