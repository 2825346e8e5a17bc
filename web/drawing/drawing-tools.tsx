import { useRef, useState } from 'preact/hooks'
import { padSize } from '#src/drawing/ink'
import type { Connection, State } from '#src/see/protocol'
import { Choice } from '../charts/choice.js'
import { useTexts } from '../texts/texts.js'
import type { Theme } from '../theme.js'
import { blank, type DrawingStore } from './drawing.js'
import { Pad } from './pad.js'
import './drawing-tools.css'
import { useCentering } from './use-drawing.js'

const digitKinds = ['mnist', 'digits'] as const

/** The pad with its tools: the eraser, a blank pad, the next example of the test data, noise, and centering. */
export function DrawingTools({
  store,
  connection,
  state,
  theme,
}: {
  store: DrawingStore
  connection: Connection
  state: State
  theme: Theme
}) {
  const { pad: texts } = useTexts()
  const { isCentered, like } = useCentering(store)
  const [erases, setErases] = useState(false)
  const [label, setLabel] = useState<string>()
  const nextExample = useRef(0)
  const { picture } = state.shape
  const isUnknown = state.digits === undefined && picture?.width === padSize && picture.height === padSize

  async function showExample(): Promise<void> {
    const index = nextExample.current++ % state.data.test
    const example = await connection.ask('example', { set: 'test', index })
    setLabel(example.label === undefined ? undefined : state.shape.classes?.[example.label])
    store.set({ ...store.get(), base: example.inputs, strokes: [] })
  }
  function showNoise(): void {
    setLabel(undefined)
    store.set({ ...store.get(), base: Float32Array.from({ length: state.shape.inputs }, Math.random), strokes: [] })
  }
  function clear(): void {
    setLabel(undefined)
    store.set({ ...blank, isCentered, like })
  }
  return (
    <div class="drawing-tools">
      <Pad store={store} erases={erases} theme={theme} />
      <div class="buttons">
        <button type="button" aria-pressed={erases} onClick={() => setErases(!erases)}>
          {texts.eraser}
        </button>
        <button type="button" onClick={clear}>
          {texts.clear}
        </button>
        <button type="button" onClick={showExample}>
          {texts.example}
        </button>
        <button type="button" onClick={showNoise}>
          {texts.noise}
        </button>
      </div>
      {label !== undefined && (
        <p class="quiet">
          {texts.exampleLabel} <strong>{label}</strong>
        </p>
      )}
      <label>
        <input
          type="checkbox"
          checked={isCentered}
          onChange={(event) => store.set({ ...store.get(), isCentered: event.currentTarget.checked })}
        />
        {texts.center}
      </label>
      {isUnknown && isCentered && (
        <Choice
          label={texts.like}
          value={like}
          options={digitKinds.map((kind) => [kind, texts.kinds[kind]])}
          onChange={(like) => store.set({ ...store.get(), like })}
        />
      )}
      <details>
        <summary>{texts.helpTitle}</summary>
        <p class="quiet">{texts.centerHelp}</p>
        <p class="quiet" id="pad-help">
          {texts.help}
        </p>
      </details>
    </div>
  )
}
