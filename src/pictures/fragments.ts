import { type Bounds, createBoxGrid } from './box-grid.js'
import type { Component } from './components.js'

/**
 * The ink of one digit, or of several digits that touch. It consists of one or more components, which are connected
 * areas of ink.
 */
export interface Blob extends Bounds {
  readonly labels: readonly number[]
  readonly area: number
}

/** A digit to which more components may be joined. */
type GrowingBlob = { -readonly [key in keyof Blob]: Blob[key] } & { readonly labels: number[] }

/**
 * The limits that decide which connected areas of ink belong to a digit. All limits are multiples of the height of the
 * digits.
 */
const rules = {
  /**
   * A component is a connected area of ink. If it has at least this height, it is a digit or a large part of a digit.
   * Otherwise, it is called a piece.
   */
  digit: 0.5,
  /** A component (a connected area of ink) is a speck if its width and its height are less than this. */
  speck: 0.12,
  /** The maximum horizontal and vertical gap between a digit and a piece that is joined to it. */
  gapAcross: 0.25,
  gapDown: 0.3,
  /** A piece that is not near a digit is a digit itself if it is at least this high. */
  small: 0.35,
  /** The largest height of a digit that is joined from several components. */
  maxHeight: 1.45,
}

/** After this number of comparisons, the caller may let the event loop run. */
const comparisonsPerStep = 2 ** 14

const heightOf = ({ top, bottom }: Pick<Bounds, 'top' | 'bottom'>): number => bottom - top
const widthOf = ({ left, right }: Pick<Bounds, 'left' | 'right'>): number => right - left

/** Returns the gap between two intervals. If they overlap, returns minus the length of the overlap. */
function gap(fromA: number, toA: number, fromB: number, toB: number): number {
  return Math.max(fromA, fromB) - Math.min(toA, toB)
}

/**
 * Returns only the components (connected areas of ink) that may belong to digits. Removes lines, frames, shadows at the
 * paper's edge, and tiny specks.
 */
export function discardOthers(components: readonly Component[], width: number, height: number): Component[] {
  const sizeable = components.filter((component) => {
    const [across, down] = [widthOf(component), heightOf(component)]
    const isLine = across > 7 * down || down > 12 * across
    const isFrame = component.area < 0.04 * across * down || (across > 0.97 * width && down > 0.97 * height)
    return component.area >= 3 && !(isLine && Math.max(across, down) > 20) && !(isFrame && down > 20)
  })
  // Drop components that extend along the edge of the picture. A digit that only touches the edge, as in a cropped
  // picture, is kept. If no component with at least 20 pixels would remain, nothing is dropped.
  const within = sizeable.filter(
    (component) => component.onEdge < 0.5 * Math.max(widthOf(component), heightOf(component)),
  )
  const kept = within.some((component) => component.area >= 20) ? within : sizeable
  // If nothing is left, keep all components except tiny ones, because a single digit may fill the whole picture.
  return kept.length > 0 ? kept : components.filter(({ area }) => area >= 20)
}

/** Estimates the height of the digits. Returns the median height of the components, weighted by their area. */
export function heightOfDigits(components: readonly Component[]): number {
  const sorted = components.toSorted((a, b) => heightOf(a) - heightOf(b))
  const ink = sorted.reduce((sum, { area }) => sum + area, 0)
  let below = 0
  for (const component of sorted) {
    below += component.area
    if (2 * below >= ink) return heightOf(component)
  }
  return 0
}

/**
 * Joins the pieces of broken digits. Drops a piece if it is not near a digit and is too small to be a digit itself.
 * Yields after every `comparisonsPerStep` comparisons.
 */
export function* mergePieces(components: readonly Component[], digitHeight: number): Generator<void, Blob[]> {
  const isDigit = (box: Bounds): boolean => heightOf(box) >= rules.digit * digitHeight
  const digits = yield* mergeHalves(components.filter(isDigit), digitHeight)
  const grid = createBoxGrid(digitHeight)
  const register = (number: number): void => {
    // Leave out digits that are too high already. No piece can be joined to them.
    if (heightOf(digits[number]) <= rules.maxHeight * digitHeight) grid.add(number, digits[number])
  }
  for (const number of digits.keys()) register(number)
  const pieces = components.filter(
    (component) =>
      !isDigit(component) && Math.max(heightOf(component), widthOf(component)) >= rules.speck * digitHeight,
  )
  let compared = 0
  // Join the largest pieces first. For example, the bar of a 5 may be broken into two parts. The smaller part may be
  // too far away from the digit until the larger part has been joined to the digit.
  for (const piece of pieces.toSorted((a, b) => b.area - a.area)) {
    const near = grid.near(piece, rules.gapAcross * digitHeight, rules.gapDown * digitHeight)
    const nearest = nearestDigit(digits, near, piece, digitHeight)
    if (nearest >= 0) {
      join(digits[nearest], piece)
      register(nearest)
    } else if (heightOf(piece) >= rules.small * digitHeight) {
      digits.push(blobOf(piece))
      register(digits.length - 1)
    }
    compared += near.length + 1
    if (compared < comparisonsPerStep) continue
    compared = 0
    yield
  }
  return digits
}

/** Joins two components that were taken for two digits, if they are the upper and the lower part of one digit. */
function* mergeHalves(components: readonly Component[], digitHeight: number): Generator<void, GrowingBlob[]> {
  const merged: GrowingBlob[] = []
  const maxHeight = rules.maxHeight * digitHeight
  const grid = createBoxGrid(digitHeight)
  let compared = 0
  for (const component of components) {
    const near = heightOf(component) <= maxHeight ? grid.near(component, 0, rules.gapDown * digitHeight) : []
    const other = near.find((number) => {
      const earlier = merged[number]
      const overlap = -gap(earlier.left, earlier.right, component.left, component.right)
      const apart = gap(earlier.top, earlier.bottom, component.top, component.bottom)
      const narrower = Math.min(widthOf(earlier), widthOf(component))
      const isOneDigit = commonHeight(earlier, component) <= maxHeight
      return overlap > 0.6 * narrower && apart < rules.gapDown * digitHeight && isOneDigit
    })
    if (other !== undefined) join(merged[other], component)
    else merged.push(blobOf(component))
    const number = other ?? merged.length - 1
    if (heightOf(merged[number]) <= maxHeight) grid.add(number, merged[number])
    compared += near.length + 1
    if (compared < comparisonsPerStep) continue
    compared = 0
    yield
  }
  return merged
}

/** Returns the number of the digit to which a piece belongs, or -1 if there is none. Tries only the digits in `near`. */
function nearestDigit(digits: readonly Blob[], near: readonly number[], piece: Bounds, digitHeight: number): number {
  let nearest = -1
  let shortest = Number.POSITIVE_INFINITY
  for (const number of near) {
    const digit = digits[number]
    const across = Math.max(0, gap(digit.left, digit.right, piece.left, piece.right))
    const down = Math.max(0, gap(digit.top, digit.bottom, piece.top, piece.bottom))
    const isNear = across <= rules.gapAcross * digitHeight && down <= rules.gapDown * digitHeight
    if (!isNear || commonHeight(digit, piece) > rules.maxHeight * digitHeight) continue
    // Horizontal gaps count double, because a piece beside a digit may belong to the next digit of the row. The last
    // term of the formula decides between digits that are equally near. It favors the digit that overlaps the piece
    // more in the horizontal direction.
    const distance =
      2 * across + down - 0.01 * Math.min(widthOf(piece), -gap(digit.left, digit.right, piece.left, piece.right))
    if (distance < shortest) {
      shortest = distance
      nearest = number
    }
  }
  return nearest
}

/** Returns the height of the box around two boxes. */
function commonHeight(a: Bounds, b: Bounds): number {
  return Math.max(a.bottom, b.bottom) - Math.min(a.top, b.top)
}

function blobOf({ label, left, top, right, bottom, area }: Component): GrowingBlob {
  return { labels: [label], left, top, right, bottom, area }
}

function join(blob: GrowingBlob, { label, left, top, right, bottom, area }: Component): void {
  blob.labels.push(label)
  blob.left = Math.min(blob.left, left)
  blob.top = Math.min(blob.top, top)
  blob.right = Math.max(blob.right, right)
  blob.bottom = Math.max(blob.bottom, bottom)
  blob.area += area
}
