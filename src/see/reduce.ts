import {
  type CurvePoint,
  maxCurvePoints,
  maxEpochs,
  nothingLater,
  type Position,
  type SessionEvent,
  type State,
} from './protocol.js'

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
      // The network takes another way than the one that it had taken before it was set back.
      return { ...next, position, curve: point ? addPoint(state.curve, point) : state.curve, later: nothingLater }
    }
    case 'epochs':
      return { ...next, epochs: [...state.epochs, ...event.epochs].slice(-maxEpochs) }
  }
}

/** Returns the number of epochs that are complete. */
export function completedEpochs({ epoch, done, rows }: Position): number {
  return done < rows ? epoch - 1 : epoch
}

/** Divides the curve and the epochs of a state at a moment: what was before it, and what came later. */
export function divideAt(
  { curve, epochs, later }: Pick<State, 'curve' | 'epochs' | 'later'>,
  position: Position,
): Pick<State, 'curve' | 'epochs' | 'later'> {
  const points = [...curve, ...later.curve]
  const numbers = [...epochs, ...later.epochs]
  const isPast = ({ batches }: CurvePoint) => batches <= position.batches
  const isComplete = ({ number }: { readonly number: number }) => number <= completedEpochs(position)
  return {
    curve: points.filter(isPast),
    epochs: numbers.filter(isComplete),
    later: {
      curve: points.filter((point) => !isPast(point)),
      epochs: numbers.filter((epoch) => !isComplete(epoch)),
    },
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
