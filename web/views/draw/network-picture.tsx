import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { PaletteName } from '#src/drawing/colors'
import { layersOf } from '#src/drawing/layers'
import type { Frame, Shape } from '#src/see/protocol'
import type { Reading } from '../../drawing/use-activations.js'
import { useTexts } from '../../texts/texts.js'
import { inks, markColors, numberColors, surfaces, type Theme } from '../../theme.js'
import { paintNetwork } from './paint-network.js'

/** The network as a picture: its inputs, its neurons lit by what they compute, and the lines that carry most. */
export function NetworkPicture({
  shape,
  frame,
  reading,
  lit,
  palette,
  theme,
}: {
  shape: Shape
  frame: Frame | undefined
  reading: Reading | undefined
  lit: number
  palette: PaletteName
  theme: Theme
}) {
  const { draw: texts } = useTexts()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, height] = useSize(canvas)
  const parameters = useMemo(() => frame && layersOf(shape, frame.parameters), [shape, frame])
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context || !canvas.current || width === 0) return
    const density = devicePixelRatio || 1
    const [columns, rows] = [Math.round(width * density), Math.round(height * density)]
    if (canvas.current.width !== columns) canvas.current.width = columns
    if (canvas.current.height !== rows) canvas.current.height = rows
    context.setTransform(density, 0, 0, density, 0, 0)
    const fits = reading?.layers.length === shape.layers.length && reading.asked.length === shape.inputs
    const activations = fits ? reading.layers.map(({ a }) => a) : shape.layers.map(() => [])
    paintNetwork(
      context,
      width,
      height,
      {
        shape,
        inputs: fits ? reading.inputs : new Float32Array(shape.inputs),
        ink: fits ? reading.asked : new Float32Array(shape.inputs),
        activations,
        parameters: fits ? parameters : undefined,
        lit,
        answer: fits ? reading.answer : undefined,
      },
      {
        numbers: numberColors(palette, theme),
        surface: surfaces[theme],
        ink: inks[theme],
        ...markColors[theme],
      },
    )
  }, [shape, parameters, reading, lit, palette, theme, width, height])
  return <canvas ref={canvas} class="network-picture" role="img" aria-label={texts.networkLabel} />
}

/** The size of an element in CSS pixels. */
function useSize(element: { readonly current: HTMLElement | null }): readonly [width: number, height: number] {
  const [size, setSize] = useState<readonly [number, number]>([0, 0])
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([{ contentRect }]) => setSize([contentRect.width, contentRect.height]))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return size
}
