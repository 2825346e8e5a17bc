import { eraserRadius, type measureInk, type Place, padSize, type Stroke } from '#src/drawing/ink'
import { type Drawing, padPixels } from './drawing.js'

export interface PadColors {
  /** The color of ink. */
  readonly text: string
  /** The color of the box around the drawing. */
  readonly quiet: string
  /** The color of the center of mass and of the pen that the keyboard moves. */
  readonly accent: string
  /** The radius of the eraser while it is chosen. */
  readonly eraser: number | undefined
}

/** The radius of the pen on the pad. The network gets lines whose width depends on the size of the drawing. */
const shownRadius = 1

/** Paints the drawing, the box around it with its center of mass, and the pen that the keyboard moves. */
export function paintPad(
  context: CanvasRenderingContext2D,
  { base, strokes, isCentered }: Drawing,
  measured: ReturnType<typeof measureInk>,
  pen: { readonly place: Place; readonly isDown: boolean } | undefined,
  colors: PadColors,
): void {
  const scale = context.canvas.width / padSize
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  context.setTransform(scale, 0, 0, scale, 0, 0)
  if (base) paintBase(context, base, colors.text)
  for (const stroke of strokes) paintStroke(context, stroke, colors.text)
  if (measured && isCentered) paintBox(context, measured, colors)
  if (pen) paintPen(context, pen, colors)
}

function paintBase(context: CanvasRenderingContext2D, base: Float32Array, ink: string): void {
  context.fillStyle = ink
  base.forEach((share, index) => {
    if (share === 0) return
    context.globalAlpha = share
    // A little more than a pixel, so that no gaps show between pixels.
    context.fillRect(index % padSize, Math.floor(index / padSize), 1.02, 1.02)
  })
  context.globalAlpha = 1
}

function paintStroke(context: CanvasRenderingContext2D, { places, erases }: Stroke, ink: string): void {
  context.globalCompositeOperation = erases ? 'destination-out' : 'source-over'
  context.lineWidth = 2 * (erases ? eraserRadius : shownRadius)
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.strokeStyle = ink
  context.beginPath()
  for (const [x, y] of places) context.lineTo(x, y)
  // A single place is a dot.
  if (places.length === 1) context.lineTo(places[0][0], places[0][1] + 0.001)
  context.stroke()
  context.globalCompositeOperation = 'source-over'
}

function paintBox(
  context: CanvasRenderingContext2D,
  measured: NonNullable<ReturnType<typeof measureInk>>,
  { quiet, accent }: PadColors,
): void {
  const unit = padSize / padPixels
  const { left, top, right, bottom, centerX, centerY } = measured
  context.lineWidth = 0.08
  context.strokeStyle = quiet
  context.setLineDash([0.5, 0.4])
  context.strokeRect(left * unit, top * unit, (right - left) * unit, (bottom - top) * unit)
  context.setLineDash([])
  context.lineWidth = 0.14
  context.strokeStyle = accent
  context.beginPath()
  const [x, y] = [centerX * unit, centerY * unit]
  context.moveTo(x - 0.8, y)
  context.lineTo(x + 0.8, y)
  context.moveTo(x, y - 0.8)
  context.lineTo(x, y + 0.8)
  context.stroke()
}

function paintPen(
  context: CanvasRenderingContext2D,
  { place: [x, y], isDown }: { readonly place: Place; readonly isDown: boolean },
  { accent, eraser }: PadColors,
): void {
  context.lineWidth = 0.2
  context.strokeStyle = accent
  context.fillStyle = accent
  context.beginPath()
  context.arc(x, y, eraser ?? shownRadius, 0, 2 * Math.PI)
  context.stroke()
  if (isDown) context.fill()
}
