import { useEffect, useRef } from 'preact/hooks'
import type { Palette } from '#src/drawing/colors'
import { pixelsOf } from '#src/drawing/weight-picture'
import { surfaces, type Theme } from '../theme.js'

/**
 * A picture of width x height numbers, one pixel for each, for example the weights of a neuron or a digit. Numbers of
 * `limit` and more have the full color of their sign.
 */
export function NumberPicture({
  values,
  width,
  height,
  limit,
  colors,
  theme,
  label,
  class: name = '',
}: {
  values: ArrayLike<number>
  width: number
  height: number
  limit: number
  colors: Palette
  theme: Theme
  /** What the picture shows, for those who do not see it. An empty text if the words beside it say so. */
  label: string
  class?: string
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const pixels = pixelsOf(values, limit, colors, surfaces[theme])
    canvas.current?.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)
  }, [values, width, height, limit, colors, theme])
  return (
    <canvas
      ref={canvas}
      class={`pixels ${name}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
      aria-hidden={label === '' ? 'true' : undefined}
    />
  )
}
