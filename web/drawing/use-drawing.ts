import { useEffect, useMemo, useState } from 'preact/hooks'
import type { State } from '#src/see/protocol'
import { type Drawing, type DrawingStore, inkOnPad, inputsOf } from './drawing.js'

/** The drawing on the pad, and its ink. */
export function useDrawing(store: DrawingStore): { drawing: Drawing; ink: Float32Array } {
  const [drawing, setDrawing] = useState<Drawing>(store.get)
  useEffect(() => {
    setDrawing(store.get())
    return store.subscribe(setDrawing)
  }, [store])
  const ink = useMemo(() => inkOnPad(drawing), [drawing])
  return { drawing, ink }
}

/** How a drawing is scaled and moved. The component is not drawn again while the pen moves. */
export function useCentering(store: DrawingStore): Pick<Drawing, 'isCentered' | 'like'> {
  const [centering, setCentering] = useState<Pick<Drawing, 'isCentered' | 'like'>>(store.get)
  useEffect(() => {
    const take = ({ isCentered, like }: Drawing) =>
      setCentering((known) => (known.isCentered === isCentered && known.like === like ? known : { isCentered, like }))
    take(store.get())
    return store.subscribe(take)
  }, [store])
  return centering
}

/** What the network gets of the drawing. Undefined if it reads no pictures. */
export function useDrawnInputs(store: DrawingStore, state: State): Float32Array | undefined {
  const { drawing, ink } = useDrawing(store)
  const { width, height } = state.shape.picture ?? {}
  const { digits } = state
  return useMemo(
    () => (width && height ? inputsOf(drawing, ink, { width, height }, digits) : undefined),
    [drawing, ink, width, height, digits],
  )
}
