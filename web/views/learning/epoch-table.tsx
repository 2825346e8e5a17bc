import type { PastEpoch } from '#src/index'
import { formatNumber, formatShare } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'

/** The numbers of all epochs. */
export function EpochTable({ epochs }: { epochs: readonly PastEpoch[] }) {
  const { learning: texts, page } = useTexts()
  const number = (value: number | undefined) =>
    value === undefined ? '–' : formatNumber(value, page.locale, { maximumSignificantDigits: 5 })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus
    <section class="scroll" tabIndex={0} aria-label={texts.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.epoch}</th>
            <th scope="col">{texts.trainingCost}</th>
            <th scope="col">{texts.testCost}</th>
            <th scope="col">{texts.testAccuracy}</th>
          </tr>
        </thead>
        <tbody>
          {epochs.map((epoch) => (
            <tr key={epoch.number}>
              <td>{epoch.number}</td>
              <td>{number(epoch.cost)}</td>
              <td>{number(epoch.validation?.cost)}</td>
              <td>{epoch.accuracy === undefined ? '–' : formatShare(epoch.accuracy, page.locale, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
