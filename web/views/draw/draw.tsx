import { useRef, useState } from 'preact/hooks'
import { blank } from '../../drawing/drawing.js'
import { Pad } from '../../drawing/pad.js'
import { useActivations } from '../../drawing/use-activations.js'
import { useDrawing } from '../../drawing/use-drawing.js'
import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'
import './draw.css'
import { InputNumbers } from './input-numbers.js'
import { NetworkPicture } from './network-picture.js'
import { NeuronNumbers } from './neuron-numbers.js'
import { Outputs } from './outputs.js'
import { useLayerByLayer } from './use-layer-by-layer.js'

/** A pad, what the network sees of the drawing, and how the network reads it. */
export function DrawView({ connection, state, frame, palette, theme, drawing: store }: ViewProps) {
  const { draw: texts, pad: padTexts } = useTexts()
  const { shape, data, session } = state
  const { drawing, inputs: drawn } = useDrawing(store, shape.picture)
  const [erases, setErases] = useState(false)
  const [row, setRow] = useState<Float32Array>()
  const [label, setLabel] = useState<string>()
  const nextExample = useRef(0)
  const inputs = drawn ?? (row?.length === shape.inputs ? row : undefined)
  const { reading, problem } = useActivations(connection, inputs, frame ?? `${session} ${state.position.batches}`)
  const { lit, start } = useLayerByLayer(shape.layers.length)

  async function showExample(): Promise<void> {
    const index = nextExample.current++ % data.test
    const example = await connection.ask('example', { set: 'test', index })
    setLabel(example.label === undefined ? undefined : shape.classes?.[example.label])
    if (shape.picture) store.set({ ...drawing, base: example.inputs, strokes: [] })
    else setRow(example.inputs)
  }
  function showNoise(): void {
    setLabel(undefined)
    store.set({ ...drawing, base: Float32Array.from({ length: shape.inputs }, Math.random), strokes: [] })
  }
  function clear(): void {
    setLabel(undefined)
    store.set({ ...blank, isCentered: drawing.isCentered })
  }
  return (
    <>
      <p class="sentence">{texts.sentence}</p>
      <div class={shape.picture ? 'draw' : 'draw has-rows'}>
        <section class="card draw-pad" aria-label={texts.padTitle}>
          {shape.picture ? (
            <>
              <Pad store={store} erases={erases} theme={theme} />
              <div class="buttons">
                <button type="button" aria-pressed={erases} onClick={() => setErases(!erases)}>
                  {padTexts.eraser}
                </button>
                <button type="button" onClick={clear}>
                  {padTexts.clear}
                </button>
                <button type="button" onClick={showExample}>
                  {texts.example}
                </button>
                <button type="button" onClick={showNoise}>
                  {texts.noise}
                </button>
              </div>
              <label>
                <input
                  type="checkbox"
                  checked={drawing.isCentered}
                  onChange={(event) => store.set({ ...drawing, isCentered: event.currentTarget.checked })}
                />
                {texts.center}
              </label>
              <p class="quiet">{texts.centerHelp}</p>
              <p class="quiet" id="pad-help">
                {padTexts.help}
              </p>
            </>
          ) : (
            <>
              <button type="button" onClick={showExample}>
                {texts.exampleRow}
              </button>
              {row && <InputNumbers names={shape.inputNames} row={row} change={setRow} />}
            </>
          )}
          {label !== undefined && (
            <p class="quiet">
              {texts.label} <strong>{label}</strong>
            </p>
          )}
        </section>
        <section class="card draw-network" aria-label={texts.networkTitle}>
          <NetworkPicture shape={shape} frame={frame} reading={reading} lit={lit} palette={palette} theme={theme} />
          <ul class="legend">
            {shape.picture && (
              <li>
                <span class="key key-picture" /> {texts.legendPicture}
              </li>
            )}
            <li>
              <span class="key key-neuron" /> {texts.legendNeuron}
            </li>
            <li>
              <span class="key key-positive" /> {texts.legendPositive}
            </li>
            <li>
              <span class="key key-negative" /> {texts.legendNegative}
            </li>
            <li>
              <span class="key key-dots">⋮</span> {texts.legendEllipsis}
            </li>
          </ul>
          <div class="buttons">
            <button type="button" onClick={start}>
              {texts.layerByLayer}
            </button>
          </div>
          {problem && <p role="alert">{problem}</p>}
          <details>
            <summary>{texts.numbers}</summary>
            <NeuronNumbers shape={shape} reading={reading} />
          </details>
        </section>
        <section class="card draw-answer" aria-label={texts.outputs}>
          <Outputs shape={shape} reading={reading} isLit={lit === shape.layers.length} />
        </section>
      </div>
    </>
  )
}
