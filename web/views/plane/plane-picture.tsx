import { useMemo, useState } from 'preact/hooks'
import type { Palette } from '#src/drawing/colors'
import { contoursOf } from '#src/drawing/contours'
import { Plot, plotFrame } from '../../charts/plot.js'
import { useWidth } from '../../charts/use-width.js'
import { NumberPicture } from '../../pictures/number-picture.js'
import { useTexts } from '../../texts/texts.js'
import type { Theme } from '../../theme.js'
import type { Sight } from './experiment.js'
import type { Point, Points } from './presets.js'

/** What a click on the plane does: adds a point of class 1 or class 0, or removes the nearest point. */
export type Tool = 'one' | 'zero' | 'remove'

interface PlanePictureProps {
  readonly origin: Points
  readonly points: readonly Point[]
  readonly sight: Sight
  readonly colors: Palette
  readonly theme: Theme
  readonly tool: Tool
  readonly axes: readonly [string, string]
  readonly onUse: (tool: Tool, x: number, y: number) => void
}

/** The points of the plane, and what the network answers everywhere. Clicks and keys add and remove points. */
export function PlanePicture({ origin, points, sight, colors, theme, tool, axes, onUse }: PlanePictureProps) {
  const texts = useTexts().plane
  const [box, width] = useWidth<HTMLDivElement>()
  const side = Math.min(width, 560)
  const frame = useMemo(() => plotFrame(side, side, origin.x, origin.y), [side, origin])
  const { x, y } = frame
  const [cursor, setCursor] = useState<readonly [number, number]>()
  const [cursorX, cursorY] = cursor ?? [(origin.x[0] + origin.x[1]) / 2, (origin.y[0] + origin.y[1]) / 2]
  const boundary = useMemo(
    () => contoursOf(sight.output.grid, [0], (a, b) => [x.position(a), y.position(b)])[0].path,
    [sight.output.grid, x, y],
  )
  const press = (event: KeyboardEvent) => {
    const stride = event.shiftKey ? 0.1 : 0.02
    const [right, up] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? []
    if (right !== undefined && up !== undefined) {
      const move = (value: number, [from, to]: readonly [number, number], direction: number) =>
        Math.min(Math.max(value + direction * stride * (to - from), from), to)
      setCursor([move(cursorX, origin.x, right), move(cursorY, origin.y, up)])
    } else if (event.key === 'Enter' || event.key === ' ') onUse(tool, cursorX, cursorY)
    else if (event.key === 'Delete' || event.key === 'Backspace') onUse('remove', cursorX, cursorY)
    else return
    event.preventDefault()
  }
  const { left, right, top, bottom } = frame.area
  return (
    <div ref={box}>
      <div class="plane-picture" style={{ width: `${side}px`, height: `${side}px` }}>
        <div
          class="plane-colors"
          style={{ left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` }}
        >
          <NumberPicture
            values={sight.output.grid.values}
            width={sight.output.grid.columns}
            height={sight.output.grid.rows}
            // Half of the color, so that the points can be told from it.
            limit={2 * sight.output.limit}
            colors={colors}
            theme={theme}
            label=""
            class="plane-map"
          />
        </div>
        <Plot
          frame={frame}
          label={texts.pictureLabel}
          xLabel={axes[0]}
          yLabel={axes[1]}
          above={
            <g
              class="plane-cursor"
              role="slider"
              tabindex={0}
              aria-label={texts.cursor}
              aria-valuemin={origin.x[0]}
              aria-valuemax={origin.x[1]}
              aria-valuenow={cursorX}
              aria-valuetext={texts.cursorAt(cursorX, cursorY)}
              style={{ transform: `translate(${x.position(cursorX)}px, ${y.position(cursorY)}px)` }}
              onKeyDown={press}
            >
              <path d="M-12,0H12M0,-12V12" />
              <circle r="7" />
            </g>
          }
        >
          {/* Clicks are for pointers only: the cursor does the same with keys. */}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the cursor does the same with keys. */}
          <rect
            class="plane-area"
            x={left}
            y={top}
            width={right - left}
            height={bottom - top}
            onClick={(event) => {
              const area = event.currentTarget.getBoundingClientRect()
              const share = [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height]
              const [atX, atY] = [
                x.valueAt(left + share[0] * (right - left)),
                y.valueAt(top + share[1] * (bottom - top)),
              ]
              setCursor([atX, atY])
              onUse(tool, atX, atY)
            }}
          />
          <path class="plane-boundary" d={boundary} />
          {points.map((point, i) => (
            <PointMark
              key={i}
              left={x.position(point.x)}
              top={y.position(point.y)}
              label={point.label}
              isWrong={i < sight.answers.length && sight.answers[i] !== point.label}
            />
          ))}
        </Plot>
      </div>
    </div>
  )
}

interface PointMarkProps {
  readonly left: number
  readonly top: number
  readonly label: 0 | 1
  readonly isWrong: boolean
}

/** A point: a disc for class 1, a diamond for class 0, with a ring if the network answers wrongly. */
export function PointMark({ left, top, label, isWrong }: PointMarkProps) {
  return (
    <g class={`plane-point ${label === 1 ? 'one' : 'zero'}`} transform={`translate(${left} ${top})`}>
      {label === 1 ? <circle class="plane-mark" r="4" /> : <path class="plane-mark" d="M0,-5L5,0L0,5L-5,0Z" />}
      {isWrong && <circle class="plane-wrong" r="8" />}
    </g>
  )
}
