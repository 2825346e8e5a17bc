import { numberText } from '#src/drawing/number-text'
import { useTexts } from '../../texts/texts.js'
import type { LessonLayer, Place } from './lesson.js'

/** The largest number of neurons in the table. */
const most = 200

/** The numbers of all neurons of the chosen neuron's layer. */
export function NeuronTable({
  layer,
  place,
  nameOf,
}: {
  readonly layer: LessonLayer
  readonly place: Place
  readonly nameOf: (place: Place) => string
}) {
  const texts = useTexts().backpropagation
  return (
    <details class="neuron-table">
      <summary>{texts.tableSummary}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.neuron}</th>
            <th scope="col">z</th>
            <th scope="col">a</th>
            <th scope="col">δ</th>
            <th scope="col">∂C/∂b</th>
          </tr>
        </thead>
        <tbody>
          {Array.from(layer.a.subarray(0, most), (a, neuron) => (
            <tr key={neuron}>
              <th scope="row">
                <bdi>{nameOf({ layer: place.layer, neuron })}</bdi>
              </th>
              <td>{numberText(layer.z[neuron])}</td>
              <td>{numberText(a)}</td>
              <td>{numberText(layer.delta[neuron])}</td>
              <td>{numberText(layer.biasSlopes[neuron])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {layer.outputs > most && <p class="quiet">{texts.tableCut(most, layer.outputs)}</p>}
    </details>
  )
}
