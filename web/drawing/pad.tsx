import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { eraserRadius, measureInk, type Place, padSize } from '#src/drawing/ink'
import { useTexts } from '../texts/texts.js'
import { markColors, type Theme } from '../theme.js'
import { beginStroke, type DrawingStore, extendStroke, padPixels } from './drawing.js'
import { paintPad } from './paint-pad.js'
import { useDrawing } from './use-drawing.js'

/** The width of the canvas in pixels: enough for screens with two pixels a CSS pixel. */
const canvasPixels = 560

/**
 * A pad to draw on with a pointer, or with the keyboard: the arrow keys move the pen, and the space bar puts it down or
 * lifts it.
 */
export function Pad({ store, erases, theme }: { store: DrawingStore; erases: boolean; theme: Theme }) {
  const { pad: texts } = useTexts()
  const pad = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { drawing, ink } = useDrawing(store)
  const [pen, setPen] = useState<{ readonly place: Place; readonly isDown: boolean; readonly isShown: boolean }>({
    place: [padSize / 2, padSize / 2],
    isDown: false,
    isShown: false,
  })
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const colors = { ...markColors[theme], eraser: erases ? eraserRadius : undefined }
    paintPad(context, drawing, measureInk(ink, padPixels), pen.isShown ? pen : undefined, colors)
  }, [drawing, ink, pen, erases, theme])

  function placeOf({ clientX, clientY }: PointerEvent, { left, top, width, height }: DOMRect): Place {
    return [((clientX - left) / width) * padSize, ((clientY - top) / height) * padSize]
  }
  function down(event: PointerEvent & { readonly currentTarget: HTMLCanvasElement }): void {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const place = placeOf(event, event.currentTarget.getBoundingClientRect())
    store.set(beginStroke(store.get(), { places: [place], erases }))
    setPen({ place, isDown: false, isShown: false })
  }
  function move(event: PointerEvent & { readonly currentTarget: HTMLCanvasElement }): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    // The browser collects the places between two frames in one event.
    const passed = event.getCoalescedEvents()
    const box = event.currentTarget.getBoundingClientRect()
    const places = (passed.length > 0 ? passed : [event]).map((one) => placeOf(one, box))
    store.set(extendStroke(store.get(), places))
  }
  function press(event: KeyboardEvent): void {
    const step = event.shiftKey ? 3 : 0.75
    const [x, y] = pen.place
    const targets: Record<string, Place> = {
      ArrowLeft: [x - step, y],
      ArrowRight: [x + step, y],
      ArrowUp: [x, y - step],
      ArrowDown: [x, y + step],
    }
    const target = targets[event.key]
    if (target) {
      const place: Place = [Math.min(padSize, Math.max(0, target[0])), Math.min(padSize, Math.max(0, target[1]))]
      if (pen.isDown) store.set(extendStroke(store.get(), [place]))
      setPen({ ...pen, place, isShown: true })
    } else if (event.key === ' ') {
      if (!pen.isDown) store.set(beginStroke(store.get(), { places: [pen.place], erases }))
      setPen({ ...pen, isDown: !pen.isDown, isShown: true })
    } else {
      return
    }
    event.preventDefault()
  }
  return (
    <>
      <div
        class="pad"
        ref={pad}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the pad takes keys
        tabIndex={0}
        role="application"
        aria-label={texts.label}
        aria-describedby="pad-help"
        onKeyDown={press}
        onFocus={() => setPen({ ...pen, isShown: pad.current?.matches(':focus-visible') ?? true })}
        onBlur={() => setPen({ ...pen, isDown: false, isShown: false })}
      >
        <canvas ref={canvas} width={canvasPixels} height={canvasPixels} onPointerDown={down} onPointerMove={move} />
      </div>
      <span class="spoken" role="status">
        {pen.isShown ? (pen.isDown ? texts.penDown : texts.penUp) : ''}
      </span>
    </>
  )
}
