import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { PlotFrame } from './plot.js'
import './handle.css'

interface HandleProps {
  readonly frame: PlotFrame
  readonly label: string
  /** Where the handle is, in words and numbers. */
  readonly text: string
  /** The weights where the handle is: one, or two. */
  readonly weights: readonly number[]
  /** How far an arrow key moves it, in each direction. */
  readonly stride: number
  /** Where the handle is drawn. */
  readonly left: number
  readonly top: number
  readonly onMove: (weights: readonly number[]) => void
  readonly children: ComponentChildren
}

/** Something in a plot that can be dragged, or moved with the arrow keys. With one weight it moves sideways only. */
export function Handle({ frame, label, text, weights, stride, left, top, onMove, children }: HandleProps) {
  const isHeld = useRef(false)
  const inside = (values: readonly number[]) =>
    values.map((value, i) => {
      const [from, to] = (i === 0 ? frame.x : frame.y).domain
      return Math.min(Math.max(value, from), to)
    })
  const drag = (event: PointerEvent & { readonly currentTarget: SVGGElement }) => {
    const drawing = event.currentTarget.ownerSVGElement
    if (!isHeld.current || !drawing) return
    const { left, top, width, height } = drawing.getBoundingClientRect()
    const x = frame.x.valueAt(((event.clientX - left) / width) * frame.width)
    const y = frame.y.valueAt(((event.clientY - top) / height) * frame.height)
    onMove(inside([x, y].slice(0, weights.length)))
  }
  const press = (event: KeyboardEvent) => {
    const far = event.shiftKey ? 5 * stride : stride
    const [right = 0, up = 0] =
      { ArrowRight: [far], ArrowLeft: [-far], ArrowUp: [0, far], ArrowDown: [0, -far] }[event.key] ?? []
    if (right === 0 && up === 0) return
    event.preventDefault()
    if (weights.length === 1) onMove(inside([weights[0] + right + up]))
    else onMove(inside([weights[0] + right, weights[1] + up]))
  }
  const [from, to] = frame.x.domain
  return (
    <g
      class="plot-handle"
      role="slider"
      tabindex={0}
      aria-label={label}
      aria-valuemin={from}
      aria-valuemax={to}
      aria-valuenow={weights[0]}
      aria-valuetext={text}
      style={{ transform: `translate(${left}px, ${top}px)` }}
      onKeyDown={press}
      onPointerDown={(event) => {
        isHeld.current = true
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        isHeld.current = false
      }}
      onPointerCancel={() => {
        isHeld.current = false
      }}
    >
      <circle class="plot-reach" r="22" />
      <circle class="plot-focus" r="13" />
      {children}
    </g>
  )
}
