import { centerDigit } from '#src/browser'
import { createInk, padSize, penRadius, reduceInk, type Stroke } from '#src/drawing/ink'
import type { DigitKind, Shape } from '#src/see/protocol'

/** What is on the pad. All views share it. */
export interface Drawing {
  /** A picture that lies under the strokes, such as an example: 28 x 28 numbers from 0 to 1. */
  readonly base: Float32Array | undefined
  readonly strokes: readonly Stroke[]
  /** Whether the drawing is scaled and moved as the digits of MNIST are. */
  readonly isCentered: boolean
  /** Which digits a drawing is scaled and moved like, if the session does not know which ones the network has seen. */
  readonly like: DigitKind
}

export const blank: Drawing = { base: undefined, strokes: [], isCentered: true, like: 'mnist' }

/** The pad has this many pixels in a row and in a column. */
export const padPixels = 5 * padSize

/** Draws the ink. While the pen moves, it adds only what is new. */
const drawInk = createInk(padPixels)

/** The ink of drawings, because several parts of the page need that of the same drawing. */
const inks = new WeakMap<Drawing, Float32Array>()

/** Returns the ink on the pad: padPixels x padPixels numbers from 0 to 1. */
export function inkOnPad(drawing: Drawing): Float32Array {
  const known = inks.get(drawing)
  if (known) return known
  const { base, strokes } = drawing
  const ink = drawInk(strokes, penRadius(strokes, base), base)
  inks.set(drawing, ink)
  return ink
}

/**
 * Returns what the network gets of a drawing: its pixels from 0 to 1. `ink` is the ink of the drawing on the pad, and
 * `digits` says which digits the network has learned from, if that is known.
 */
export function inputsOf(
  drawing: Drawing,
  ink: Float32Array,
  picture: NonNullable<Shape['picture']>,
  digits: DigitKind | undefined,
): Float32Array {
  const isDigit = picture.width === padSize && picture.height === padSize
  // An example that nobody changed stays as it is.
  if (drawing.base && drawing.strokes.length === 0 && isDigit) return drawing.base
  if (drawing.isCentered && isDigit) {
    const bytes = centerDigit(ink, padPixels, digits ?? drawing.like)
    const inputs = new Float32Array(bytes.length)
    // A loop, because a page does this for each move of a pen, and `from` with a function takes several times as long.
    for (let i = 0; i < bytes.length; i++) inputs[i] = bytes[i] / 255
    return inputs
  }
  return reduceInk(ink, padPixels, picture.width)
}

/** Keeps the drawing while the user goes from view to view. */
export interface DrawingStore {
  get(): Drawing
  set(drawing: Drawing): void
  subscribe(listener: (drawing: Drawing) => void): () => void
}

export function createDrawingStore(): DrawingStore {
  const listeners = new Set<(drawing: Drawing) => void>()
  let drawing = blank
  return {
    get: () => drawing,
    set(next) {
      drawing = next
      for (const listener of listeners) listener(next)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Adds a place to the last stroke. */
export function extendStroke(drawing: Drawing, places: Stroke['places']): Drawing {
  const last = drawing.strokes.at(-1)
  if (!last) return drawing
  return { ...drawing, strokes: [...drawing.strokes.slice(0, -1), { ...last, places: [...last.places, ...places] }] }
}

export function beginStroke(drawing: Drawing, stroke: Stroke): Drawing {
  return { ...drawing, strokes: [...drawing.strokes, stroke] }
}
