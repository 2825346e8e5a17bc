import { useEffect, useRef, useState } from 'preact/hooks'
import { messageOf } from '#src/base/errors'
import { drawnDigits } from '#src/see/drawn-digits'
import type { Connection, State } from '#src/see/protocol'
import { randomId } from '#src/see/session'
import { connectToWorker } from '../connect/worker.js'
import { createStore, type Store } from '../store.js'
import { formatNumber } from '../texts/numbers.js'
import { useTexts } from '../texts/texts.js'
import { isSameTask, largestDifference, lastCommon, lastCommonCosts } from './agreement.js'

interface Other {
  readonly connection: Connection
  readonly store: Store
}

/** Largest difference between the parameters of two engines, after the same batches. */
interface Agreement {
  readonly batches: number
  readonly difference: number
}

/** Starts the engine of the page beside the server's, and shows how fast both learn and whether they agree. */
export function Comparison({ connection, state, close }: { connection: Connection; state: State; close(): void }) {
  const { comparison: texts, page } = useTexts()
  const [other, setOther] = useState<Other>()
  const [theirs, setTheirs] = useState<State>()
  const [problem, setProblem] = useState<string>()
  const { settings, data } = state
  const counts = useRef({ training: data.training, test: data.test })

  useEffect(() => {
    let isClosed = false
    let started: Other | undefined
    let end = () => {}
    connectToWorker({ id: randomId(), digits: counts.current, isTrained: false }).then((own) => {
      if (isClosed) return own.close()
      const store = createStore(own, requestAnimationFrame)
      started = { connection: own, store }
      end = () => {
        store.close()
        own.close()
      }
      store.subscribe(() => setTheirs(store.seen().state))
      setOther(started)
    })
    return () => {
      isClosed = true
      end()
    }
  }, [])

  // Before both are started, the server may have learned something else.
  const same = isSameTask(state, theirs) ? theirs : undefined
  const agreement = useAgreement(connection, other?.connection, state, same)
  const costs = lastCommonCosts(state, same)

  async function start(): Promise<void> {
    if (!other || !settings) return
    try {
      const both = [connection, other.connection]
      await Promise.all(both.map((engine) => engine.command({ do: 'restart', settings })))
      await Promise.all(both.map((engine) => engine.command({ do: 'learn', pace: 'full' })))
    } catch (error) {
      setProblem(messageOf(error))
    }
  }
  const obstacle = settings === undefined ? texts.notNew : state.data.name !== drawnDigits ? texts.otherData : undefined
  const engines = [
    { name: `${state.backend.name} ${page.onServer}`, position: state.position },
    { name: theirs ? `${theirs.backend.name} ${page.here}` : texts.starting, position: theirs?.position },
  ].map(({ name, position }) => ({ name, speed: position?.examplesPerSecond ?? 0, fastest: position?.fastest ?? 0 }))
  const limit = Math.max(...engines.map(({ fastest }) => fastest), 1)
  const number = (value: number) => formatNumber(value, page.locale, { maximumFractionDigits: 0 })
  const cost = (value: number) => formatNumber(value, page.locale, { maximumSignificantDigits: 6 })
  return (
    <section class="comparison" aria-labelledby="comparison-title">
      <h2 id="comparison-title">{texts.title}</h2>
      <p class="quiet">{obstacle ?? texts.sentence}</p>
      {engines.map(({ name, speed, fastest }) => (
        <div class="comparison-engine" key={name}>
          <span>{name}</span>
          <meter min={0} max={limit} value={speed} aria-label={`${name}: ${texts.speed}`} />
          <span class="number">
            {page.speed(number(speed))} ({texts.fastest} {number(fastest)})
          </span>
        </div>
      ))}
      <p class="quiet" role="status">
        {problem ??
          (agreement ? texts.agree(number(agreement.batches), agreement.difference.toExponential(1)) : texts.noMoment)}
      </p>
      {costs && <p class="quiet">{texts.costs(number(costs.epoch), cost(costs.one), cost(costs.two))}</p>}
      <div class="buttons">
        <button type="button" class="primary" disabled={!theirs || obstacle !== undefined} onClick={start}>
          {texts.start}
        </button>
        <button type="button" onClick={close}>
          {texts.end}
        </button>
      </div>
    </section>
  )
}

/** Compares the parameters of both engines at the last moment of the timeline that they have in common. */
function useAgreement(
  one: Connection,
  two: Connection | undefined,
  oneState: State,
  twoState: State | undefined,
): Agreement | undefined {
  const [agreement, setAgreement] = useState<Agreement>()
  const common = lastCommon(oneState, twoState)
  useEffect(() => {
    let isOld = false
    async function compare(): Promise<void> {
      if (!two || !common) return setAgreement(undefined)
      const [a, b] = await Promise.all([
        one.ask('parameters', { at: { moment: common.one } }),
        two.ask('parameters', { at: { moment: common.two } }),
      ])
      if (!isOld) setAgreement({ batches: common.batches, difference: largestDifference(a, b) })
    }
    compare().catch(() => {
      // The moment may be gone by now. The next one is compared.
    })
    return () => {
      isOld = true
    }
  }, [one, two, common?.one, common?.two, common?.batches])
  return agreement
}
