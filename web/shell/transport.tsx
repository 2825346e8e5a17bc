import { useState } from 'preact/hooks'
import type { Command, Pace, State } from '#src/see/protocol'
import { completedEpochs } from '#src/see/reduce'
import { formatNumber } from '../texts/numbers.js'
import { useTexts } from '../texts/texts.js'
import { NewNetwork } from './new-network.js'
import { Timeline } from './timeline.js'

const paces: readonly Pace[] = [1, 5, 20, 100, 500, 'full']
const steps = ['example', 'batch', 'epoch'] as const

/** The controls of learning: play and pause, steps, the pace, a new start, and the timeline. */
export function Transport({
  state,
  isWriter,
  send,
  comparison,
}: {
  state: State
  isWriter: boolean
  send(command: Command): Promise<void>
  comparison: { readonly isOpen: boolean; toggle(): void } | undefined
}) {
  const { page, transport } = useTexts()
  const [pace, setPace] = useState<Pace>(state.phase === 'learning' ? state.pace : 'full')
  const [isMaking, setIsMaking] = useState(false)
  const isLearning = state.phase === 'learning'
  const { lastEpoch } = state
  const isAtEnd = lastEpoch !== undefined && !isLearning && completedEpochs(state.position) >= lastEpoch
  const label = (choice: Pace) =>
    choice === 'full' ? transport.fullSpeed : transport.batchesPerSecond(formatNumber(choice, page.locale))

  function choosePace(choice: Pace): void {
    setPace(choice)
    if (isLearning) send({ do: 'learn', pace: choice })
  }
  return (
    <section class="transport" aria-label={transport.title}>
      {/* In small windows the row scrolls. Disabled buttons take no focus, so the row itself must. */}
      <div class="buttons" tabIndex={isWriter ? undefined : 0}>
        <button
          type="button"
          class="primary transport-play"
          disabled={!isWriter}
          onClick={() => send(isLearning ? { do: 'pause' } : { do: 'learn', pace })}
        >
          <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="currentColor">
            <path d={isLearning ? 'M1 0h3.5v12H1zM7.5 0H11v12H7.5z' : 'M1 0l10.5 6L1 12z'} />
          </svg>
          {isLearning ? transport.pause : transport.play}
        </button>
        <select
          aria-label={transport.pace}
          disabled={!isWriter}
          onChange={(event) => choosePace(paces[event.currentTarget.selectedIndex])}
        >
          {paces.map((choice) => (
            <option key={choice} selected={choice === pace}>
              {label(choice)}
            </option>
          ))}
        </select>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row in all browsers */}
        <div class="transport-steps" role="group" aria-label={transport.step}>
          {steps.map((size) => (
            <button
              key={size}
              type="button"
              disabled={!isWriter}
              title={`${transport.step} ${transport.steps[size]}`}
              onClick={() => send({ do: 'step', size })}
            >
              +1 {transport.steps[size]}
            </button>
          ))}
        </div>
        <button type="button" disabled={!isWriter} onClick={() => send({ do: 'restart', settings: {} })}>
          {transport.startOver}
        </button>
        <button type="button" disabled={!isWriter} onClick={() => setIsMaking(true)}>
          {transport.newNetwork}
        </button>
        {comparison && (
          <button type="button" aria-pressed={comparison.isOpen} disabled={!isWriter} onClick={comparison.toggle}>
            {transport.compare}
          </button>
        )}
      </div>
      {isWriter && isAtEnd && <p class="transport-end">{transport.ended(formatNumber(lastEpoch, page.locale))}</p>}
      <Timeline state={state} isDisabled={!isWriter} send={send} />
      {isMaking && <NewNetwork state={state} send={send} close={() => setIsMaking(false)} />}
    </section>
  )
}
