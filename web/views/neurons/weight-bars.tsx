import { strongest } from '#src/drawing/layers'
import { formatNumber } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'

/** At most this many weights are shown, the strongest ones. */
const mostBars = 30

/** The weights of a neuron as bars, by the names of what they weigh. */
export function WeightBars({
  weights,
  limit,
  nameOf,
}: {
  weights: ArrayLike<number>
  limit: number
  nameOf(input: number): string
}) {
  const { neurons: texts, page } = useTexts()
  return (
    <table class="weight-bars">
      <thead class="spoken">
        <tr>
          <th scope="col">{texts.input}</th>
          <th scope="col">{texts.weights}</th>
          <th scope="col">{texts.weight}</th>
        </tr>
      </thead>
      <tbody>
        {strongest(weights, mostBars)
          .sort((a, b) => a - b)
          .map((input) => (
            <tr key={input}>
              <th scope="row">{nameOf(input)}</th>
              <td class="output-bar">
                <span
                  class={weights[input] < 0 ? 'bar is-negative' : 'bar'}
                  style={{ width: `${limit > 0 ? (100 * Math.abs(weights[input])) / limit : 0}%` }}
                />
              </td>
              <td class="number">{formatNumber(weights[input], page.locale, { maximumSignificantDigits: 3 })}</td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}
