import { useEffect, useMemo, useState } from 'preact/hooks'
import type { UpdateOptions } from '#src/browser'
import { type Ball, dropBall, type Landscape } from './landscape.js'
import { isOver } from './roll.js'

const stepsPerSecond = 5
const maxSteps = 400

export interface Balls {
  readonly balls: readonly Ball[]
  readonly steps: number
  readonly isPlaying: boolean
  /** Whether no ball can go on. */
  readonly isOver: boolean
  /** Moves all balls by one step. */
  step(): void
  play(): void
  pause(): void
  /** Puts all balls back to the start. */
  reset(): void
}

/** Some balls that start at the same place and learn with different options, step by step. */
export function useBalls(landscape: Landscape, start: readonly number[], options: readonly UpdateOptions[]): Balls {
  const [generation, setGeneration] = useState(0)
  const [isPlaying, setPlaying] = useState(false)
  const [, setMoves] = useState(0)
  const balls = useMemo(
    () => options.map(() => dropBall(landscape, start)),
    [landscape, start, options.length, generation],
  )
  const steps = Math.max(...balls.map(({ trail }) => trail.length - 1))
  const over =
    steps >= maxSteps || balls.every(({ trail, hasDiverged }) => hasDiverged() || isOver(trail[trail.length - 1]))

  async function step(): Promise<void> {
    await Promise.all(
      balls.map(async (ball, i) => {
        if (!ball.hasDiverged() && !isOver(ball.trail[ball.trail.length - 1])) await ball.step(options[i])
      }),
    )
    setMoves((moves) => moves + 1)
  }

  useEffect(() => {
    if (!isPlaying) return
    if (over) return setPlaying(false)
    const timer = setTimeout(step, 1000 / stepsPerSecond)
    return () => clearTimeout(timer)
  })

  return {
    balls,
    steps,
    isPlaying,
    isOver: over,
    step,
    play: () => setPlaying(true),
    pause: () => setPlaying(false),
    reset: () => setGeneration(generation + 1),
  }
}
