import { type CurvePoint, maxCurvePoints, maxEpochs, type SessionEvent, type State } from './protocol.js'

/**
 * Returns the state after an event. Events that are already part of the state change nothing.
 * @throws Error if events are missing between the state and this event; the state must then be asked for again
 */
export function reduce(state: State, event: SessionEvent): State {
  if (event.number <= state.event) return state
  if (event.number > state.event + 1) {
    throw new Error(`event ${event.number} follows event ${state.event}: events are missing`)
  }
  const next = { ...state, event: event.number }
  switch (event.type) {
    case 'set':
      return { ...next, ...event.state }
    case 'learned': {
      const { position, point } = event
      return { ...next, position, curve: point ? addPoint(state.curve, point) : state.curve }
    }
    case 'epochs':
      return { ...next, epochs: [...state.epochs, ...event.epochs].slice(-maxEpochs) }
  }
}

/**
 * Adds a point to a curve. A curve that is full is halved: of each four neighbors the one with the lowest and the one
 * with the highest cost are kept, so that no peak disappears.
 */
export function addPoint(curve: readonly CurvePoint[], point: CurvePoint): readonly CurvePoint[] {
  if (curve.length < maxCurvePoints) return [...curve, point]
  const kept: CurvePoint[] = []
  for (let i = 0; i < curve.length; i += 4) {
    const four = curve.slice(i, i + 4)
    const lowest = four.reduce((a, b) => (b.cost < a.cost ? b : a))
    const highest = four.reduce((a, b) => (b.cost > a.cost ? b : a))
    kept.push(...(lowest === highest ? [lowest] : [lowest, highest].sort((a, b) => a.batches - b.batches)))
  }
  return [...kept, point]
}
