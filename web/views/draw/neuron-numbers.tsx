import type { Shape } from '#src/see/protocol'
import type { Reading } from '../../drawing/use-activations.js'
import { formatNumber } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'

/** At most this many neurons of a layer are listed. */
const mostNeurons = 300

/** A table of what each neuron computes: its weighted input z and its activation a. */
export function NeuronNumbers({ shape, reading }: { shape: Shape; reading: Reading | undefined }) {
  const { draw: texts, page } = useTexts()
  if (!reading) return null
  const number = (value: number) => formatNumber(value, page.locale, { maximumSignificantDigits: 4 })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus
    <section class="scroll" tabIndex={0} aria-label={texts.numbers}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.layer}</th>
            <th scope="col">{texts.neuron}</th>
            <th scope="col">z</th>
            <th scope="col">a</th>
          </tr>
        </thead>
        <tbody>
          {reading.layers.flatMap(({ z, a }, layer) =>
            Array.from(a.subarray(0, mostNeurons), (value, neuron) => (
              <tr key={`${layer} ${neuron}`}>
                <td>
                  {layer + 1} ({shape.activations[layer]})
                </td>
                <td>{neuron + 1}</td>
                <td>{number(z[neuron])}</td>
                <td>{number(value)}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </section>
  )
}
