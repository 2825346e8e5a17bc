import type { Component } from './components.js'

/** Components that are one digit. */
export interface Blob {
  readonly labels: readonly number[]
  readonly left: number
  readonly top: number
  /** The first column and row that are no longer its own. */
  readonly right: number
  readonly bottom: number
  readonly area: number
}

/** All lengths below are in heights of a digit. */
const rules = {
  /** Components of such a height begin a digit; smaller ones are pieces of one, or nothing. */
  digit: 0.5,
  /** What is smaller in both directions is a speck. */
  speck: 0.12,
  /** How far from a digit its pieces are, at most. */
  gapAcross: 0.25,
  gapDown: 0.3,
  /** A piece that no digit is near to is one itself, from this height on. */
  small: 0.35,
  /** How high a digit is, at most, that is made of several. */
  highest: 1.45,
}

const heightOf = ({ top, bottom }: Pick<Blob, 'top' | 'bottom'>): number => bottom - top
const widthOf = ({ left, right }: Pick<Blob, 'left' | 'right'>): number => right - left

/** How far apart two stretches are; negative where they overlap, by how much. */
function gap(fromA: number, toA: number, fromB: number, toB: number): number {
  return Math.max(fromA, fromB) - Math.min(toA, toB)
}

/** The components that may be ink of digits: no lines, no frames, no shadows at the edge of the paper, no grain. */
export function discardOthers(components: readonly Component[], width: number, height: number): Component[] {
  const sizeable = components.filter((component) => {
    const [across, down] = [widthOf(component), heightOf(component)]
    const isLine = across > 7 * down || down > 12 * across
    const isFrame = component.area < 0.04 * across * down || (across > 0.97 * width && down > 0.97 * height)
    return component.area >= 3 && !(isLine && Math.max(across, down) > 20) && !(isFrame && down > 20)
  })
  // A digit may touch the edge of a picture that was cut out; what lies along it is none, where there is anything else.
  const within = sizeable.filter(
    (component) => component.onEdge < 0.5 * Math.max(widthOf(component), heightOf(component)),
  )
  const kept = within.some((component) => component.area >= 20) ? within : sizeable
  // A picture of one digit that fills it to all sides.
  return kept.length > 0 ? kept : components.filter(({ area }) => area >= 20)
}

/** The height of the digits: half of the ink belongs to components at least as high. */
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

/** Puts broken digits together, and leaves out what is too small for a digit and near none. */
export function mergePieces(components: readonly Component[], digitHeight: number): Blob[] {
  const blobs: Blob[] = components.map((component) => ({ ...component, labels: [component.label] }))
  const isDigit = (blob: Blob): boolean => heightOf(blob) >= rules.digit * digitHeight
  const digits = mergeHalves(blobs.filter(isDigit), digitHeight)
  const pieces = blobs.filter(
    (blob) => !isDigit(blob) && Math.max(heightOf(blob), widthOf(blob)) >= rules.speck * digitHeight,
  )
  // The largest first: the bar of a 5 that is broken itself goes where its larger part goes.
  for (const piece of pieces.toSorted((a, b) => b.area - a.area)) {
    const nearest = nearestDigit(digits, piece, digitHeight)
    if (nearest >= 0) digits[nearest] = unite(digits[nearest], piece)
    else if (heightOf(piece) >= rules.small * digitHeight) digits.push(piece)
  }
  return digits
}

/** Two parts of one digit that are above each other, each high enough to be a digit. */
function mergeHalves(digits: readonly Blob[], digitHeight: number): Blob[] {
  const merged: Blob[] = []
  for (const digit of digits) {
    const other = merged.findIndex((earlier) => {
      const overlap = -gap(earlier.left, earlier.right, digit.left, digit.right)
      const apart = gap(earlier.top, earlier.bottom, digit.top, digit.bottom)
      const narrower = Math.min(widthOf(earlier), widthOf(digit))
      const isOneDigit = heightOf(unite(earlier, digit)) <= rules.highest * digitHeight
      return overlap > 0.6 * narrower && apart < rules.gapDown * digitHeight && isOneDigit
    })
    if (other >= 0) merged[other] = unite(merged[other], digit)
    else merged.push(digit)
  }
  return merged
}

/** The place of the digit to which a piece belongs, or -1. */
function nearestDigit(digits: readonly Blob[], piece: Blob, digitHeight: number): number {
  let nearest = -1
  let shortest = Number.POSITIVE_INFINITY
  digits.forEach((digit, i) => {
    const across = Math.max(0, gap(digit.left, digit.right, piece.left, piece.right))
    const down = Math.max(0, gap(digit.top, digit.bottom, piece.top, piece.bottom))
    const isNear = across <= rules.gapAcross * digitHeight && down <= rules.gapDown * digitHeight
    if (!isNear || heightOf(unite(digit, piece)) > rules.highest * digitHeight) return
    // What is above or below is nearer than what is as far to the side, where the next digit is.
    const distance =
      2 * across + down - 0.01 * Math.min(widthOf(piece), -gap(digit.left, digit.right, piece.left, piece.right))
    if (distance < shortest) {
      shortest = distance
      nearest = i
    }
  })
  return nearest
}

function unite(a: Blob, b: Blob): Blob {
  return {
    labels: [...a.labels, ...b.labels],
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
    area: a.area + b.area,
  }
}
