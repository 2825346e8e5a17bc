import { useMemo, useState } from 'preact/hooks'
import { DrawingTools } from '../../drawing/drawing-tools.js'
import { Outputs } from '../../drawing/outputs.js'
import { useActivations } from '../../drawing/use-activations.js'
import { useDrawnInputs } from '../../drawing/use-drawing.js'
import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'
import './draw.css'
import { NetworkPicture } from './network-picture.js'
import { NeuronNumbers } from './neuron-numbers.js'
import { RowInputs } from './row-inputs.js'
import { UntrainedHint } from './untrained-hint.js'
import { useLayerByLayer } from './use-layer-by-layer.js'

/** A pad, what the network sees of the drawing, and how the network reads it. */
export function DrawView({ connection, state, frame, isWriter, palette, theme, drawing: store }: ViewProps) {
  const { draw: texts, outputs } = useTexts()
  const { shape, session } = state
  const drawn = useDrawnInputs(store, state)
  const [row, setRow] = useState<Float32Array>()
  const [hasNumbers, setHasNumbers] = useState(false)
  const inputs = drawn ?? (row?.length === shape.inputs ? row : undefined)
  const { reading, problem } = useActivations(connection, inputs, frame ?? `${session} ${state.position.batches}`)
  const { lit, start } = useLayerByLayer(shape.layers.length)

  // While the pen moves, only what has changed is drawn again.
  const tools = useMemo(
    () => <DrawingTools store={store} connection={connection} state={state} theme={theme} />,
    [store, connection, state, theme],
  )
  const picture = useMemo(
    () => <NetworkPicture shape={shape} frame={frame} reading={reading} lit={lit} palette={palette} theme={theme} />,
    [shape, frame, reading, lit, palette, theme],
  )
  const legend = useMemo(() => <Legend isPicture={shape.picture !== undefined} />, [shape])
  return (
    <>
      <p class="sentence">{shape.picture ? texts.sentence : texts.sentenceRow}</p>
      <UntrainedHint connection={connection} state={state} isWriter={isWriter} />
      <div class="draw">
        <section class="card draw-pad" aria-label={shape.picture ? texts.padTitle : texts.rowTitle}>
          {shape.picture ? tools : <RowInputs connection={connection} state={state} row={row} change={setRow} />}
        </section>
        <section class="card draw-network" aria-label={texts.networkTitle}>
          {picture}
          {legend}
          <div class="buttons">
            <button type="button" onClick={start}>
              {texts.layerByLayer}
            </button>
          </div>
          {problem && <p role="alert">{problem}</p>}
          <details onToggle={(event) => setHasNumbers(event.currentTarget.open)}>
            <summary>{texts.numbers}</summary>
            {/* Hundreds of numbers take longer than all the rest, so they are written only where they are seen. */}
            {hasNumbers && <NeuronNumbers shape={shape} reading={reading} />}
          </details>
        </section>
        <section class="card draw-answer" aria-label={outputs.title}>
          <Outputs shape={shape} inputs={inputs} reading={reading} isLit={lit === shape.layers.length} />
        </section>
      </div>
    </>
  )
}

function Legend({ isPicture }: { isPicture: boolean }) {
  const { draw: texts } = useTexts()
  return (
    <ul class="legend">
      {isPicture && (
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
  )
}
