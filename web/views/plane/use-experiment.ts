import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { messageOf } from '#src/base/errors'
import type { CurvePoint } from '#src/see/protocol'
import { addPoint } from '#src/see/reduce'
import { type ParameterPlace, type Setup, type Sight, startExperiment } from './experiment.js'
import type { Point, Points } from './presets.js'

/** How many epochs are learned in a second, at most. */
export const paces = { slow: 4, medium: 30, fast: 1000 } as const
export type Pace = keyof typeof paces

/** The least time between two pictures, in milliseconds. */
const pause = 33

/** The largest number of epochs from one picture to the next. */
const maxStride = 50

interface Run {
  readonly sight: Sight | undefined
  /** The cost after each epoch that was shown. `batches` counts epochs here. */
  readonly curve: readonly CurvePoint[]
  readonly isPlaying: boolean
  /** Why the run cannot go on. */
  readonly problem: string | undefined
  play(): void
  pause(): void
  /** Learns one epoch. */
  step(): void
  change(place: ParameterPlace, value: number): void
}

/** An experiment that begins again with each new setup, and learns while it is played. */
export function useExperiment(
  setup: Setup,
  origin: Points,
  points: readonly Point[],
  learningRate: number,
  pace: Pace,
): Run {
  const [sight, setSight] = useState<Sight>()
  const [curve, setCurve] = useState<readonly CurvePoint[]>([])
  const [isPlaying, setPlaying] = useState(false)
  const [problem, setProblem] = useState<string>()
  const experiment = useMemo(() => startExperiment(setup, origin), [setup, origin])
  const current = useRef(experiment)
  current.current = experiment
  // The network can do only one thing at a time: what it is asked to do waits for what it does.
  const turn = useRef<Promise<void>>(Promise.resolve())

  function enqueue(work: () => Promise<void> | void): Promise<void> {
    turn.current = turn.current.then(async () => {
      try {
        await work()
        const next = await experiment.look(points)
        if (current.current !== experiment) return
        setSight(next)
        setCurve((before) => {
          const { epochs, cost } = next
          if (cost === undefined || before.at(-1)?.batches === epochs) return before
          return addPoint(before, { batches: epochs, cost })
        })
      } catch (error) {
        setPlaying(false)
        setProblem(messageOf(error))
      }
    })
    return turn.current
  }

  useEffect(() => {
    setCurve([])
    setPlaying(false)
    setProblem(undefined)
  }, [experiment])

  useEffect(() => {
    enqueue(() => {})
  }, [experiment, points])

  useEffect(() => {
    if (!isPlaying || points.length === 0) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isEnded = false
    const began = performance.now()
    let done = 0
    const next = async () => {
      const begun = performance.now()
      const due = Math.floor(((begun - began) / 1000) * paces[pace]) - done
      const stride = Math.min(Math.max(due, 0), maxStride)
      done += due
      if (stride > 0) await enqueue(() => experiment.learn(points, stride, learningRate))
      if (isEnded) return
      timer = setTimeout(next, Math.max(0, pause - (performance.now() - begun)))
    }
    next()
    return () => {
      isEnded = true
      clearTimeout(timer)
    }
  }, [isPlaying, experiment, points, learningRate, pace])

  return {
    sight,
    curve,
    isPlaying,
    problem,
    play: () => {
      setProblem(undefined)
      setPlaying(true)
    },
    pause: () => setPlaying(false),
    step: () => void enqueue(() => experiment.learn(points, 1, learningRate)),
    change: (place, value) => void enqueue(() => experiment.change(place, value)),
  }
}
