import { useEffect } from 'preact/hooks'
import type { Settings } from '#src/see/protocol'
import { useCommands } from '../../parts/use-commands.js'
import { useAnswer } from '../../parts/use-latest.js'
import { formatNumber } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'
import { BandsOfRuns } from './bands-of-runs.js'
import { MovementHistogram } from './movement-histogram.js'
import { noRuns, remember } from './remembered-runs.js'
import './settling.css'

/** The network of note 002, as the book trains its own: 784 x 15 + 15 + 15 x 10 + 10 = 11,935 parameters. */
const noteNetwork = {
  hidden: [15],
  activation: 'sigmoid',
  output: 'sigmoid',
  cost: 'quadratic',
  learningRate: 3,
  batchSize: 10,
  epochs: 30,
  l2: 0,
} as const satisfies Partial<Settings>

/** The runs are remembered while the page is open, also while another view is shown. */
const memory = { runs: noRuns }

/** View 6: how far the parameters move in a batch and over an epoch, with the true labels and with shuffled ones. */
export function SettlingView({ connection, state, isWriter }: ViewProps) {
  const { settling: texts, page } = useTexts()
  const { refused, send } = useCommands(connection)
  const { session, phase, position, epochs, shape, settings } = state
  const key = `${session} ${position.batches} ${epochs.length} ${JSON.stringify(settings)}`
  const movement = useAnswer(connection, 'movement', {}, key)
  const runs = movement.value ? remember(memory.runs, movement.value) : memory.runs
  useEffect(() => {
    memory.runs = runs
  }, [runs])

  const restart = (changed: Partial<Settings>, learns: boolean) =>
    send({ do: 'restart', settings: changed }, ...(learns ? [{ do: 'learn', pace: 'full' } as const] : []))
  const isShuffled = settings?.shuffledLabels ?? false
  const canShuffle = isWriter && settings !== undefined
  const answer = movement.value
  const still = answer?.histogram?.still ?? 0
  const number = (value: number) => formatNumber(value, page.locale)
  return (
    <div class="settling">
      <p class="view-sentence">{texts.sentence}</p>
      <div class="buttons settling-controls">
        <button type="button" disabled={!canShuffle} onClick={() => restart(noteNetwork, false)}>
          {texts.makeNetwork}
        </button>
        <button type="button" disabled={!canShuffle} onClick={() => restart({ shuffledLabels: isShuffled }, true)}>
          {texts.learnAgain}
        </button>
        <label>
          <input
            type="checkbox"
            checked={isShuffled}
            disabled={!canShuffle}
            onChange={({ currentTarget }) => restart({ shuffledLabels: currentTarget.checked }, phase !== 'idle')}
          />{' '}
          {texts.shuffle}
        </label>
      </div>
      <p class="quiet">{settings ? texts.shuffleHelp : texts.noSettings}</p>
      {!isWriter && <p class="quiet">{texts.onlyWriter}</p>}
      {(refused ?? movement.problem) && (
        <p class="problem" role="alert">
          {refused ?? movement.problem}
        </p>
      )}
      {answer && (answer.histogram || answer.batch) ? (
        <figure class="movement">
          <figcaption>{texts.histogramTitle(number(shape.parameters))}</figcaption>
          <ul class="legend">
            <li>
              <span class="movement-key is-epoch" aria-hidden="true" /> {texts.epochKey}
            </li>
            <li>
              <span class="movement-key is-batch" aria-hidden="true" /> {texts.batchKey}
            </li>
          </ul>
          <MovementHistogram epoch={answer.histogram} batch={answer.batch} />
          {still > 0 && <p class="quiet">{texts.still(number(still))}</p>}
        </figure>
      ) : (
        <p>{texts.nothingYet}</p>
      )}
      <BandsOfRuns runs={runs} />
    </div>
  )
}
