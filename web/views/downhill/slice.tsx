import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Grid } from '#src/drawing/contours'
import type { AnswerOf, Connection, State } from '#src/see/protocol'
import { ContourLegend, ContourMap, costContours } from '../../charts/contour-map.js'
import { Legend } from '../../charts/legend.js'
import { Plot, plotFrame } from '../../charts/plot.js'
import { showNumber } from '../../charts/show-number.js'
import { useWidth } from '../../charts/use-width.js'
import { useTexts } from '../../texts/texts.js'

/** The number of points of a slice in each direction. */
const size = 17
/** The least time between two questions for the place of the network, in milliseconds. */
const pause = 500

type Place = AnswerOf<'place'>

interface Slice {
  readonly seed: number
  /** The session in which it was taken. */
  readonly session: string
  readonly grid: Grid
}

interface SliceViewProps {
  readonly connection: Connection
  readonly state: State
}

/** A real slice through the cost of the session's network: all weights move at once, in two random directions. */
export function SliceView({ connection, state }: SliceViewProps) {
  const texts = useTexts().downhill
  const [slice, setSlice] = useState<Slice>()
  const [places, setPlaces] = useState<readonly Place[]>([])
  const [isWaiting, setWaiting] = useState(false)
  const [problem, setProblem] = useState<string>()
  const nextSeed = useRef(1)

  async function take(): Promise<void> {
    setWaiting(true)
    setProblem(undefined)
    const seed = nextSeed.current++
    try {
      const { costs, size: points } = await connection.ask('slice', { seed, size })
      const grid = { values: costs, columns: points, rows: points, x: [-1, 1], y: [-1, 1] } as const
      const place = await connection.ask('place', { seed })
      setSlice({ seed, session: state.session, grid })
      setPlaces([place])
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    } finally {
      setWaiting(false)
    }
  }

  usePlaces(connection, state, slice, (place) =>
    setPlaces((before) => (before.at(-1)?.distance === place.distance ? before : [...before, place])),
  )

  return (
    <section>
      <h2>{texts.slice}</h2>
      <p>{texts.sliceSentence(state.shape.parameters)}</p>
      <p class="buttons">
        <button type="button" disabled={isWaiting} onClick={take}>
          {slice ? texts.sliceAgain : texts.takeSlice}
        </button>
      </p>
      <p aria-live="polite">
        {isWaiting && texts.sliceWaits(size * size)}
        {problem && texts.sliceFailed(problem)}
      </p>
      {slice && <SlicePicture slice={slice} places={places} />}
    </section>
  )
}

/** Asks where the network is whenever it has learned further, but not more often than `pause`. */
function usePlaces(
  connection: Connection,
  state: State,
  slice: Slice | undefined,
  onPlace: (place: Place) => void,
): void {
  const asked = useRef(0)
  const { batches } = state.position
  useEffect(() => {
    if (!slice || slice.session !== state.session) return
    const timer = setTimeout(
      async () => {
        asked.current = Date.now()
        // The network may have been replaced since: then it has no place in this slice.
        const place = await connection.ask('place', { seed: slice.seed }).catch(() => undefined)
        if (place) onPlace(place)
      },
      Math.max(0, asked.current + pause - Date.now()),
    )
    return () => clearTimeout(timer)
  }, [slice, batches])
}

interface SlicePictureProps {
  readonly slice: Slice
  readonly places: readonly Place[]
}

/** The contours of a slice, and where the network has been in it since. */
function SlicePicture({ slice: { grid }, places }: SlicePictureProps) {
  const texts = useTexts().downhill
  const [box, width] = useWidth<HTMLDivElement>()
  const side = Math.min(width, 520)
  const frame = useMemo(() => plotFrame(side, side, grid.x, grid.y), [side, grid])
  const contours = useMemo(() => costContours(grid, frame), [grid, frame])
  const { x, y } = frame
  const middle = Math.floor(grid.columns / 2)
  const path = places.map((place, i) => `${i === 0 ? 'M' : 'L'}${x(place.x)},${y(place.y)}`).join('')
  const [first] = places
  const last = places.at(-1)
  return (
    <div class="downhill-columns">
      <div ref={box} class="downhill-square">
        <Plot frame={frame} label={texts.sliceLabel} xLabel={texts.direction(1)} yLabel={texts.direction(2)}>
          <ContourMap contours={contours} />
          <path class="downhill-moved" d={path} />
          <path class="downhill-cross" d={`M${x(0) - 7},${y(0)}h14M${x(0)},${y(0) - 7}v14`} />
          {last && <circle class="downhill-ball" cx={x(last.x)} cy={y(last.y)} r="6" />}
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
          <div class="downhill-table">
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
                    <th scope="row">{showNumber((2 * i) / (grid.columns - 1) - 1)}</th>
                    <td>{showNumber(grid.values[middle * grid.columns + i])}</td>
                    <td>{showNumber(grid.values[i * grid.columns + middle])}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      </div>
    </div>
  )
}
