import type { Place } from './landscape.js'

/** How a ball with one weight moves. */
export type Roll = 'start' | 'crawls' | 'rolls' | 'overshoots' | 'diverges' | 'settled'

/** Says how a ball moves, from its last step. */
export function rollOf(trail: readonly Place[]): Roll {
  const last = trail.at(-1)
  const before = trail.at(-2)
  if (!last || !before) return 'start'
  if (last.cost > before.cost) return 'diverges'
  if (Math.abs(last.gradient[0]) < 0.005) return 'settled'
  if (last.gradient[0] * before.gradient[0] < 0) return 'overshoots'
  return last.cost > 0.9 * before.cost ? 'crawls' : 'rolls'
}

/** Whether no further step is worth drawing: the ball lies still, or it is far above everything in the picture. */
export function isOver({ cost, gradient }: Place): boolean {
  return cost > 1e6 || Math.hypot(...gradient) < 1e-3
}
