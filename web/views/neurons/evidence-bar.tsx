import { formatNumber } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'
import type { Evidence } from './shown-layers.js'

/** What speaks for and against a neuron as bars, and the sum z and the activation a that follow. */
export function EvidenceBar({ evidence, z, a }: { evidence: Evidence; z: number | undefined; a: number | undefined }) {
  const { neurons: texts, page } = useTexts()
  const { positive, negative, bias } = evidence
  const limit = Math.max(positive, -negative, Math.abs(bias), 1e-9)
  const number = (value: number) => formatNumber(value, page.locale, { maximumFractionDigits: 3 })
  const bars = [
    { name: texts.positive, value: positive },
    { name: texts.negative, value: negative },
    { name: texts.bias, value: bias },
  ]
  return (
    <table class="evidence">
      <tbody>
        {bars.map(({ name, value }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="output-bar">
              <span
                class={value < 0 ? 'bar is-negative' : 'bar'}
                style={{ width: `${(100 * Math.abs(value)) / limit}%` }}
              />
            </td>
            <td class="number">{number(value)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{texts.sum}</th>
          <td />
          <td class="number" data-test="z">
            {z === undefined ? '–' : number(z)}
          </td>
        </tr>
        <tr>
          <th scope="row">{texts.activation}</th>
          <td />
          <td class="number">
            {a === undefined ? '–' : formatNumber(a, page.locale, { maximumSignificantDigits: 4 })}
          </td>
        </tr>
      </tbody>
    </table>
  )
}
