import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Shape } from '#src/see/protocol'
import { type Drawing, type DrawingStore, inkOnPad, inputsOf } from './drawing.js'

/** The drawing on the pad, its ink, and what the network gets of it. Undefined inputs: the network reads no pictures. */
export function useDrawing(store: DrawingStore, picture: Shape['picture']) {
  const [drawing, setDrawing] = useState<Drawing>(store.get)
  useEffect(() => {
    setDrawing(store.get())
    return store.subscribe(setDrawing)
  }, [store])
  const ink = useMemo(() => inkOnPad(drawing), [drawing])
  const [width, height] = [picture?.width, picture?.height]
  const inputs = useMemo(
    () => (width && height ? inputsOf(drawing, ink, { width, height }) : undefined),
    [drawing, ink, width, height],
  )
  return { drawing, ink, inputs }
}
