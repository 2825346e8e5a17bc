import { useEffect, useState } from 'preact/hooks'

const stepMilliseconds = 900

/** Lights the layers one after the other when `start` is called. Otherwise all of them are lit. */
export function useLayerByLayer(layers: number): { lit: number; start(): void } {
  const [lit, setLit] = useState<number>()
  useEffect(() => {
    if (lit === undefined) return
    const timer = setTimeout(() => setLit(lit + 1 < layers ? lit + 1 : undefined), stepMilliseconds)
    return () => clearTimeout(timer)
  }, [lit, layers])
  return { lit: lit ?? layers, start: () => setLit(0) }
}
