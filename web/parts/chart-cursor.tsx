import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useWidth } from '../charts/use-width.js'
import './chart-cursor.css'

/**
 * A chart with a cursor that arrow keys, Home, End and the pointer move. What the cursor shows is below the chart as
 * text, and screen readers read it as the value of a slider.
 * @param count The number of places of the cursor.
 * @param initial The place whose numbers are below the chart until the cursor is used.
 * @param textOf What the numbers at a place are.
 * @param placeAt The place that is nearest to a distance from the left edge, if the chart has a width.
 * @param onMove Called with the place of the cursor when it was moved.
 * @param children Draws the chart for a width and a place of the cursor. The place is undefined until the cursor is used.
 */
export function ChartWithCursor({
  label,
  count,
  initial,
  textOf,
  placeAt,
  onMove,
  children,
}: {
  readonly label: string
  readonly count: number
  readonly initial: number
  readonly textOf: (place: number) => string
  readonly placeAt: (x: number, width: number) => number
  readonly onMove?: (place: number) => void
  readonly children: (width: number, place: number | undefined) => ComponentChildren
}) {
  const [ref, width] = useWidth<HTMLDivElement>()
  const [chosen, setChosen] = useState<number | undefined>(undefined)
  const place = chosen === undefined ? undefined : Math.min(chosen, count - 1)
  const shown = place ?? initial
  const moveTo = (next: number) => {
    const place = Math.min(Math.max(next, 0), count - 1)
    setChosen(place)
    onMove?.(place)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const places: Record<string, number> = {
      ArrowLeft: shown - 1,
      ArrowDown: shown - 1,
      ArrowRight: shown + 1,
      ArrowUp: shown + 1,
      PageDown: shown - 10,
      PageUp: shown + 10,
      Home: 0,
      End: count - 1,
    }
    if (!Object.hasOwn(places, event.key) || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    moveTo(places[event.key])
  }
  const onPointer = (event: PointerEvent) => {
    const { left } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    moveTo(placeAt(event.clientX - left, width))
  }

  return (
    <div class="chart">
      <div
        ref={ref}
        class="chart-drawing"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={shown}
        aria-valuetext={textOf(shown)}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
      >
        {children(width, place)}
      </div>
      <p class="chart-readout">{textOf(shown)}</p>
    </div>
  )
}
