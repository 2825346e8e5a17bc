import { useRef, useState } from 'preact/hooks'
import { type Command, type State, terminalWriter } from '#src/see/protocol'
import { formatNumber } from '../texts/numbers.js'
import { useTexts } from '../texts/texts.js'
import { momentNow } from './moment-now.js'

/** A slider over the moments of the run. Moving it sets the network back, or forward again. */
export function Timeline({
  state,
  isDisabled,
  send,
}: {
  state: State
  isDisabled: boolean
  send(command: Command): Promise<void>
}) {
  const { page, transport } = useTexts()
  const { moments, position, phase, lastEpoch, writer } = state
  // While the slider is moved, it stays where the hand is, although the network follows later.
  const [held, setHeld] = useState<number>()
  const wanted = useRef<number | undefined>(undefined)
  const number = (value: number) => formatNumber(value, page.locale)

  async function moveTo(index: number): Promise<void> {
    const isMoving = wanted.current !== undefined
    wanted.current = index
    setHeld(index)
    if (isMoving) return
    // One command at a time: of the moments that the hand passes meanwhile, only the last one counts.
    while (wanted.current !== undefined) {
      const next: number = wanted.current
      await send({ do: 'return', moment: moments[next].id })
      if (wanted.current === next) wanted.current = undefined
    }
    setHeld(undefined)
  }
  const value = Math.min(held ?? momentNow(state), Math.max(0, moments.length - 1))
  const moment = moments[value]
  const words =
    !moment || moment.batches === 0 ? transport.start : transport.moment(number(moment.epoch), number(moment.batches))
  // Who watches a run of the terminal has not chosen the number of its epochs.
  const ofEpochs = writer === terminalWriter && lastEpoch !== undefined ? number(lastEpoch) : undefined
  return (
    <div class="timeline">
      <input
        type="range"
        min={0}
        max={Math.max(0, moments.length - 1)}
        value={value}
        aria-label={transport.timeline}
        aria-valuetext={words}
        title={transport.timeline}
        disabled={isDisabled || moments.length < 2}
        onInput={(event) => moveTo(event.currentTarget.valueAsNumber)}
      />
      <output aria-live="off">
        {position.batches === 0
          ? transport.phases[phase]
          : transport.position(number(position.epoch), number(position.done), number(position.rows), ofEpochs)}
      </output>
    </div>
  )
}
