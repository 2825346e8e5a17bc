import { useLayoutEffect, useRef } from 'preact/hooks'
import { type PaletteName, palettes } from '#src/drawing/colors'
import { transparentPixelsOf } from '#src/drawing/weight-picture'
import type { NeuronMap } from './experiment.js'

interface MapPictureProps {
  readonly map: NeuronMap
  readonly palette: PaletteName
  readonly width: number
  readonly height: number
}

/** A map of a neuron in two colors. Where the neuron is 0, the background is seen. */
export function MapPicture({ map: { grid, limit }, palette, width, height }: MapPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const pixels = transparentPixelsOf(grid.values, limit, palettes[palette])
    canvas.current?.getContext('2d')?.putImageData(new ImageData(pixels, grid.columns, grid.rows), 0, 0)
  }, [grid, limit, palette])
  return (
    <canvas
      ref={canvas}
      class="plane-map"
      width={grid.columns}
      height={grid.rows}
      style={{ width: `${width}px`, height: `${height}px` }}
    />
  )
}
