import { useEffect, useMemo, useState } from 'preact/hooks'
import { weightsOf } from '#src/drawing/layers'
import { largest } from '#src/drawing/weight-picture'
import type { FloatArray } from '#src/index'
import { DrawingTools } from '../../drawing/drawing-tools.js'
import { Outputs } from '../../drawing/outputs.js'
import { useActivations } from '../../drawing/use-activations.js'
import { useDrawnInputs } from '../../drawing/use-drawing.js'
import { useAnswer } from '../../parts/use-latest.js'
import { ColorScale } from '../../pictures/color-scale.js'
import { NumberPicture } from '../../pictures/number-picture.js'
import { useTexts } from '../../texts/texts.js'
import { numberColors } from '../../theme.js'
import type { ViewProps } from '../../view.js'
import { Brightest } from './brightest.js'
import { EvidenceBar } from './evidence-bar.js'
import './neurons.css'
import { difference, evidenceOf, shownLayers } from './shown-layers.js'
import { WeightBars } from './weight-bars.js'
import { WeightGallery } from './weight-gallery.js'

/** What each neuron looks for: its weights, and what they make of the drawing. */
export function NeuronsView(props: ViewProps) {
  const { connection, state, frame, palette, theme, drawing: store } = props
  const { neurons: texts } = useTexts()
  const { shape, session } = state
  const [layerNumber, setLayerNumber] = useState(0)
  const [chosen, setChosen] = useState(0)
  const [isMinusStart, setIsMinusStart] = useState(false)
  const drawn = useDrawnInputs(store, state)
  const example = useFirstExample(props, drawn === undefined)
  const { reading } = useActivations(connection, drawn ?? example, frame ?? session)
  const layers = useMemo(() => frame && shownLayers(shape, frame), [shape, frame])
  const start = useAnswer(
    connection,
    'parameters',
    isMinusStart ? { at: 'start' } : undefined,
    `${session} ${JSON.stringify(state.settings)} ${shape.layers.join('-')}`,
  ).value
  const starts = useMemo(
    () => (isMinusStart && start && frame ? shownLayers(shape, { ...frame, parameters: start }) : undefined),
    [isMinusStart, start, shape, frame?.neurons],
  )
  const number = Math.min(layerNumber, (layers?.length ?? 1) - 1)
  const layer = layers?.[number]
  const weights = useMemo(
    () => layer && (isMinusStart ? difference(layer.weights, starts?.[number]?.weights) : layer.weights),
    [layer, starts, number, isMinusStart],
  )
  const saying = shape.picture ? texts.sentence : texts.sentenceRow
  const sentence = <p class="sentence">{saying(...namesOf(texts.colorNames[palette]))}</p>
  if (!layer || !weights) return sentence

  const neuron = Math.min(chosen, layer.outputs - 1)
  const limit = largest(weights)
  const colors = numberColors(palette, theme)
  const picture = number === 0 ? shape.picture : undefined
  const own: FloatArray = weightsOf({ ...layer, weights }, neuron)
  const before = number === 0 ? reading?.inputs : reading?.layers[number - 1]?.a
  const evidence =
    before?.length === layer.inputs ? evidenceOf(weightsOf(layer, neuron), before, layer.biases[neuron]) : undefined
  const nameOf = (input: number) =>
    number > 0 ? `${texts.fromNeuron} ${input + 1}` : (shape.inputNames?.[input] ?? `${texts.input} ${input + 1}`)
  return (
    <>
      {sentence}
      <div class={shape.picture ? 'neurons' : 'neurons has-rows'}>
        <section class="card neurons-gallery">
          <div class="buttons">
            {shape.layers.length > 1 && (
              <label class="field">
                {texts.layer}
                <select onChange={(event) => setLayerNumber(event.currentTarget.selectedIndex)}>
                  {layers?.map(({ outputs }, index) => (
                    <option key={index} selected={index === number}>
                      {index === shape.layers.length - 1
                        ? texts.outputLayer(String(outputs))
                        : texts.layerName(String(index + 1), String(shape.layers[index]))}
                    </option>
                  ))}
                </select>
              </label>
            )}
            <label title={texts.minusStartHelp}>
              <input
                type="checkbox"
                checked={isMinusStart}
                onChange={(event) => setIsMinusStart(event.currentTarget.checked)}
              />
              {texts.minusStart}
            </label>
          </div>
          {isMinusStart && <p class="quiet">{texts.minusStartHelp}</p>}
          {layers && layers.length < shape.layers.length && <p class="quiet">{texts.noFrame}</p>}
          <p class="legend">
            <ColorScale limit={limit} colors={colors} theme={theme} label={texts.scale} />
          </p>
          {picture ? (
            <WeightGallery
              layer={layer}
              weights={weights}
              picture={picture}
              limit={limit}
              colors={colors}
              theme={theme}
              chosen={neuron}
              choose={setChosen}
            />
          ) : (
            <NeuronChooser neurons={layer.outputs} chosen={neuron} choose={setChosen} />
          )}
        </section>
        <section class="card neurons-chosen" aria-labelledby="chosen-neuron">
          <h2 id="chosen-neuron">{texts.neuron(String(neuron + 1))}</h2>
          {picture ? (
            <div class="pair">
              <figure>
                <NumberPicture
                  values={own}
                  {...picture}
                  limit={limit}
                  colors={colors}
                  theme={theme}
                  label={texts.weights}
                />
                <figcaption>{texts.weights}</figcaption>
              </figure>
              {evidence && (
                <figure>
                  <NumberPicture
                    values={evidence.products}
                    {...picture}
                    limit={largest(evidence.products)}
                    colors={colors}
                    theme={theme}
                    label={texts.evidence}
                  />
                  <figcaption>
                    {texts.evidence}
                    <ColorScale
                      limit={largest(evidence.products)}
                      colors={colors}
                      theme={theme}
                      label={texts.evidenceScale}
                    />
                  </figcaption>
                </figure>
              )}
            </div>
          ) : (
            <WeightBars weights={own} limit={limit} nameOf={nameOf} />
          )}
          {evidence && !shape.picture && <p class="quiet">{texts.evidenceRow}</p>}
          {evidence && (
            <EvidenceBar
              evidence={evidence}
              z={reading?.layers[number]?.z[neuron]}
              a={reading?.layers[number]?.a[neuron]}
            />
          )}
          <h3>{texts.brightest}</h3>
          <Brightest connection={connection} state={state} layer={number} neuron={neuron} theme={theme} />
          {picture && (
            <details>
              <summary>{texts.table}</summary>
              <WeightBars
                weights={own}
                limit={limit}
                nameOf={(input) => `${input % picture.width} / ${Math.floor(input / picture.width)}`}
              />
            </details>
          )}
        </section>
        {shape.picture && (
          <section class="card neurons-drawing">
            <h2>{texts.draw}</h2>
            <p class="quiet">{texts.drawHelp}</p>
            <DrawingTools store={store} connection={connection} state={state} theme={theme} />
            <Outputs shape={shape} inputs={drawn ?? example} reading={reading} isLit />
          </section>
        )}
      </div>
    </>
  )
}

const namesOf = (names: readonly string[]): [positive: string, negative: string] => [names[0], names[1]]

/** The first row of the test data, for networks that read no pictures. */
function useFirstExample({ connection, state }: ViewProps, isWanted: boolean): Float32Array | undefined {
  const [inputs, setInputs] = useState<Float32Array>()
  useEffect(() => {
    let isOld = false
    if (isWanted) {
      connection.ask('example', { set: 'test', index: 0 }).then(
        (example) => isOld || setInputs(example.inputs),
        () => {
          // Without an example there is no evidence to show.
        },
      )
    }
    return () => {
      isOld = true
    }
  }, [connection, isWanted, state.session])
  return inputs
}

/** A list of the neurons of a layer whose weights are no pictures. */
function NeuronChooser({ neurons, chosen, choose }: { neurons: number; chosen: number; choose(neuron: number): void }) {
  const { neurons: texts } = useTexts()
  return (
    <select aria-label={texts.gallery} onChange={(event) => choose(event.currentTarget.selectedIndex)}>
      {Array.from({ length: neurons }, (_, neuron) => (
        <option key={neuron} selected={neuron === chosen}>
          {texts.neuron(String(neuron + 1))}
        </option>
      ))}
    </select>
  )
}
