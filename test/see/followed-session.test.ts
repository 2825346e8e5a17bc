import { afterEach, describe, expect, it, vi } from 'vitest'
import { digits, Network, type Pause } from '#src/index'
import { createFollowedSession } from '#src/see/followed-session'

const training = await digits({ count: 400, seed: 1 })
const test = await digits({ count: 50, seed: 2 })

function follow() {
  const network = new Network([784, 8, 10], { seed: 3, backend: 'typescript' })
  return createFollowedSession({ network, data: { name: 'digits', training, test }, batchSize: 10, epochs: 30 })
}

/** A pause of the run after some batches of an epoch. */
function pauseAt(position: Pick<Pause, 'epoch' | 'done' | 'batches'>): Pause {
  return { ...position, rows: 400, cost: 0.5, learningRate: 3, nextRows: undefined }
}

describe('a session that follows a run of the terminal', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('knows the last epoch of the run from its start', async () => {
    const session = follow()
    expect(session.state).toMatchObject({ writer: 'terminal', phase: 'learning', lastEpoch: 30 })
    session.learns()
    session.paused(pauseAt({ epoch: 3, done: 100, batches: 90 }))
    session.ended()
    expect(session.state).toMatchObject({ phase: 'finished', lastEpoch: 30, position: { epoch: 3, done: 100 } })
    await session.close()
  })

  it('has a speed where each stretch between two pauses takes more than a second', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(10_000)
    const session = follow()
    const speed = () => session.state.position.examplesPerSecond
    session.learns()
    clock.mockReturnValue(14_000)
    session.paused(pauseAt({ epoch: 1, done: 100, batches: 10 }))
    expect(speed()).toBe(25)

    session.learns()
    clock.mockReturnValue(16_000)
    session.paused(pauseAt({ epoch: 1, done: 200, batches: 20 }))
    expect(speed()).toBe(50)
    await session.close()
  })
})
