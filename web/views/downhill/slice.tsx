import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { messageOf } from '#src/base/errors'
import type { Grid } from '#src/drawing/contours'
import { shortNumberText } from '#src/drawing/number-text'
import type { AnswerOf, Command, Connection, State } from '#src/see/protocol'
import { ContourLegend, ContourMap, costContours } from '../../charts/contour-map.js'
import { Legend } from '../../charts/legend.js'
import { Plot, plotFrame } from '../../charts/plot.js'
import { useWidth } from '../../charts/use-width.js'
import { useTexts } from '../../texts/texts.js'

/** The number of points of a slice in each direction. */
const size = 17
/** The least time between two questions for the place of the network, in milliseconds. */
const pause = 500

type Place = NonNullable<AnswerOf<'place'>>

interface Slice {
  readonly seed: number
  /** The session in which it was taken. */
  readonly session: string
  readonly grid: Grid
}

/** What is known of a slice: the picture, and where the network has been in it since. */
interface Seen {
  readonly slice: Slice
  readonly places: readonly Place[]
}

/**
 * The slice stays while another view is shown. Seeds begin somewhere else in each tab, so that no tab takes the slice of
 * another tab for its own.
 */
const memory: { seen: Seen | undefined; nextSeed: number } = {
  seen: undefined,
  nextSeed: Math.floor(Math.random() * 2 ** 30),
}

interface SliceViewProps {
  readonly connection: Connection
  readonly state: State
  readonly isWriter: boolean
}

/** A real slice through the cost of the session's network: all weights move at once, in two random directions. */
export function SliceView({ connection, state, isWriter }: SliceViewProps) {
  const texts = useTexts().downhill
  const [seen, setSeen] = useState(memory.seen?.slice.session === state.session ? memory.seen : undefined)
  const [isWaiting, setWaiting] = useState(false)
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    memory.seen = seen
  }, [seen])

  async function take(): Promise<void> {
    setWaiting(true)
    setProblem(undefined)
    const seed = memory.nextSeed++
    try {
      const { costs, size: points } = await connection.ask('slice', { seed, size })
      const grid = { values: costs, columns: points, rows: points, x: [-1, 1], y: [-1, 1] } as const
      const place = await connection.ask('place', { seed })
      if (place) setSeen({ slice: { seed, session: state.session, grid }, places: [place] })
      else setProblem(texts.sliceGone)
    } catch (error) {
      setProblem(texts.sliceFailed(messageOf(error)))
    } finally {
      setWaiting(false)
    }
  }

  usePlaces(
    connection,
    state,
    seen?.slice,
    (place) => {
      if (!place) setProblem(texts.sliceGone)
      setSeen((before) => before && place && { ...before, places: withPlace(before.places, place) })
    },
    setProblem,
  )

  return (
    <section>
      <h2>{texts.slice}</h2>
      <p>{texts.sliceSentence(state.shape.parameters)}</p>
      <p class="buttons">
        <button type="button" disabled={isWaiting} onClick={take}>
          {seen ? texts.sliceAgain : texts.takeSlice}
        </button>
        {seen && <LearnButtons connection={connection} state={state} isWriter={isWriter} onProblem={setProblem} />}
      </p>
      <p aria-live="polite">
        {isWaiting && texts.sliceWaits(size * size)}
        {problem}
      </p>
      {seen && <SlicePicture {...seen} />}
    </section>
  )
}

/** A place that differs from the last one is added to the others. */
function withPlace(places: readonly Place[], place: Place): readonly Place[] {
  return places.at(-1)?.distance === place.distance ? places : [...places, place]
}

interface LearnButtonsProps extends SliceViewProps {
  readonly onProblem: (problem: string | undefined) => void
}

/** Lets the network of the session learn, so that it moves in its slice. */
function LearnButtons({ connection, state: { phase }, isWriter, onProblem }: LearnButtonsProps) {
  const { downhill: texts, transport } = useTexts()
  const isLearning = phase === 'learning'
  const send = (command: Command) =>
    connection.command(command).then(
      () => onProblem(undefined),
      (error: unknown) => onProblem(messageOf(error)),
    )
  return (
    <>
      {isLearning ? (
        <button type="button" disabled={!isWriter} onClick={() => send({ do: 'pause' })}>
          {transport.pause}
        </button>
      ) : (
        (['batch', 'epoch'] as const).map((step) => (
          <button key={step} type="button" disabled={!isWriter} onClick={() => send({ do: 'step', size: step })}>
            {texts.sliceLearn[step]}
          </button>
        ))
      )}
    </>
  )
}

/** Asks where the network is whenever it has learned further, but not more often than `pause`. */
function usePlaces(
  connection: Connection,
  state: State,
  slice: Slice | undefined,
  onPlace: (place: Place | undefined) => void,
  onFailure: (reason: string) => void,
): void {
  const asked = useRef(0)
  const { batches } = state.position
  useEffect(() => {
    if (!slice) return
    const timer = setTimeout(
      () => {
        asked.current = Date.now()
        connection.ask('place', { seed: slice.seed }).then(onPlace, (error: unknown) => onFailure(messageOf(error)))
      },
      Math.max(0, asked.current + pause - Date.now()),
    )
    return () => clearTimeout(timer)
  }, [slice, batches])
}

/** The contours of a slice, and where the network has been in it since. */
function SlicePicture({ slice: { grid }, places }: Seen) {
  const texts = useTexts().downhill
  const [box, width] = useWidth<HTMLDivElement>()
  const side = Math.min(width, 520)
  const frame = useMemo(() => plotFrame(side, side, grid.x, grid.y), [side, grid])
  const contours = useMemo(() => costContours(grid, frame), [grid, frame])
  const { x, y } = frame
  const middle = Math.floor(grid.columns / 2)
  const path = places.map((place, i) => `${i === 0 ? 'M' : 'L'}${x.position(place.x)},${y.position(place.y)}`).join('')
  const [first] = places
  const last = places.at(-1)
  return (
    <div class="downhill-columns">
      <div ref={box} class="downhill-square">
        <Plot frame={frame} label={texts.sliceLabel} xLabel={texts.direction(1)} yLabel={texts.direction(2)}>
          <ContourMap contours={contours} />
          <path class="downhill-moved" d={path} />
          <path
            class="downhill-cross"
            d={`M${x.position(0) - 11},${y.position(0)}h22M${x.position(0)},${y.position(0) - 11}v22`}
          />
          {last && <circle class="downhill-ball" cx={x.position(last.x)} cy={y.position(last.y)} r="6" />}
        </Plot>
        <Legend
          marks={[
            [<path key="then" class="downhill-cross" d="M7,8h14M14,1v14" />, texts.thenMark],
            [<circle key="now" class="downhill-ball" cx="14" cy="8" r="6" />, texts.nowMark],
            [<path key="moved" class="downhill-moved" d="M1,14L27,2" />, texts.movedMark],
          ]}
        />
        <ContourLegend contours={contours} label={texts.cost} />
      </div>
      <div>
        <p>{texts.sliceHint}</p>
        <p class="downhill-numbers">
          {first && last && texts.moved(first.cost, last.cost, last.distance, last.height)}
        </p>
        <details>
          <summary>{texts.sliceTable}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus */}
          <section class="scroll" tabIndex={0} aria-label={texts.sliceTable}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{texts.direction(1)}</th>
                  <th scope="col">{texts.costAlong(1)}</th>
                  <th scope="col">{texts.costAlong(2)}</th>
                </tr>
              </thead>
              <tbody>
                {Array.from({ length: grid.columns }, (_, i) => (
                  <tr key={i}>
                    <th scope="row">{shortNumberText((2 * i) / (grid.columns - 1) - 1)}</th>
                    <td>{shortNumberText(grid.values[middle * grid.columns + i])}</td>
                    <td>{shortNumberText(grid.values[i * grid.columns + middle])}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </details>
      </div>
    </div>
  )
}
