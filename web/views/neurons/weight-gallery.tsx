import { useRef } from 'preact/hooks'
import type { Palette } from '#src/drawing/colors'
import { type LayerParameters, weightsOf } from '#src/drawing/layers'
import type { FloatArray } from '#src/index'
import { NumberPicture } from '../../pictures/number-picture.js'
import { useTexts } from '../../texts/texts.js'
import type { Theme } from '../../theme.js'

/** At most this many pictures are shown. */
const mostPictures = 60

/**
 * The weights of each neuron of a layer as pictures with one scale. With `choose`, a neuron can be chosen with the
 * pointer or the arrow keys.
 */
export function WeightGallery({
  layer,
  weights,
  picture,
  limit,
  colors,
  theme,
  chosen,
  choose,
}: {
  layer: LayerParameters<FloatArray>
  /** The numbers to show, outputs x inputs: the weights, or what has changed of them. */
  weights: FloatArray
  picture: { readonly width: number; readonly height: number }
  limit: number
  colors: Palette
  theme: Theme
  chosen?: number
  choose?(neuron: number): void
}) {
  const { neurons: texts } = useTexts()
  const list = useRef<HTMLDivElement>(null)
  const shown = Math.min(layer.outputs, mostPictures)
  const shownWeights = { ...layer, weights }
  const pictureOf = (neuron: number) => (
    <NumberPicture
      values={weightsOf(shownWeights, neuron)}
      width={picture.width}
      height={picture.height}
      limit={limit}
      colors={colors}
      theme={theme}
      label={texts.neuron(String(neuron + 1))}
    />
  )
  function press(event: KeyboardEvent): void {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns(list.current),
      ArrowDown: columns(list.current),
    }
    const step = steps[event.key]
    if (step === undefined || chosen === undefined || !choose) return
    event.preventDefault()
    const next = Math.min(shown - 1, Math.max(0, chosen + step))
    choose(next)
    list.current?.querySelectorAll('button')[next]?.focus()
  }
  const numbers = Array.from({ length: shown }, (_, neuron) => neuron)
  return (
    <>
      {layer.outputs > shown && <p class="quiet">{texts.first(String(shown), String(layer.outputs))}</p>}
      {choose ? (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid in all browsers
        <div class="gallery" role="group" ref={list} aria-label={texts.gallery} onKeyDown={press}>
          {numbers.map((neuron) => (
            <button
              key={neuron}
              type="button"
              aria-pressed={neuron === chosen}
              tabIndex={neuron === chosen ? 0 : -1}
              onClick={() => choose(neuron)}
            >
              {pictureOf(neuron)}
              <span aria-hidden="true">{neuron + 1}</span>
            </button>
          ))}
        </div>
      ) : (
        <div class="gallery is-small">
          {numbers.map((neuron) => (
            <div key={neuron}>{pictureOf(neuron)}</div>
          ))}
        </div>
      )}
    </>
  )
}

/** The number of columns in which the browser has laid out a grid. */
function columns(grid: HTMLElement | null): number {
  return grid ? getComputedStyle(grid).gridTemplateColumns.split(' ').length : 1
}
