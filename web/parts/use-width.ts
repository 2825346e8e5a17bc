import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** Returns the width of an element in pixels, and the ref to give to it. The width is 0 until it was measured. */
export function useWidth<Target extends HTMLElement>(): [RefObject<Target | null>, number] {
  const element = useRef<Target>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const target = element.current
    if (!target) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)))
    observer.observe(target)
    return () => observer.disconnect()
  }, [])
  return [element, width]
}
