import { powersOfQuantiles, quantileCount } from '#src/drawing/movement'
import { numberText } from '#src/drawing/number-text'
import { useTexts } from '../../texts/texts.js'
import { MovementBands } from './movement-bands.js'
import type { Run, Runs } from './remembered-runs.js'

/** The bands of the run with the true labels and of the run with shuffled ones, on the same axes, and their numbers. */
export function BandsOfRuns({ runs }: { readonly runs: Runs }) {
  const texts = useTexts().settling
  const shown = [
    runs.true && { name: 'true', title: texts.trueLabels, run: runs.true },
    runs.shuffled && { name: 'shuffled', title: texts.shuffledLabels, run: runs.shuffled },
  ].filter((item) => item !== undefined)
  const powers = powersOfQuantiles(shown.map(({ run }) => run.epochs))
  if (!powers) return null
  const epochs = Math.max(...shown.map(({ run }) => run.epochs.length / quantileCount))
  return (
    <section>
      <h2>{texts.bandsTitle}</h2>
      <ul class="legend">
        <li>
          <span class="movement-key is-median" aria-hidden="true" /> {texts.medianKey}
        </li>
        <li>
          <span class="movement-key is-half" aria-hidden="true" /> {texts.halfKey}
        </li>
        <li>
          <span class="movement-key is-most" aria-hidden="true" /> {texts.mostKey}
        </li>
      </ul>
      <div class="movement-pair">
        {shown.map(({ name, title, run }) => (
          <MovementBands
            key={name}
            title={title}
            label={texts.bandsLabel(title)}
            quantiles={run.epochs}
            powers={powers}
            epochs={epochs}
          />
        ))}
      </div>
      <p aria-live="polite">{shown.map(({ title, run }) => texts.change(title, ...firstAndLast(run))).join(' ')}</p>
      {shown.length === 1 && <p class="quiet">{texts.otherRun}</p>}
      <details>
        <summary>{texts.numbers}</summary>
        {shown.map(({ name, title, run }) => (
          <QuantileTable key={name} title={title} run={run} />
        ))}
      </details>
    </section>
  )
}

/** The number of epochs, and the median movement over the first and over the last of them. */
function firstAndLast({ epochs }: Run): [epochs: number, first: string, last: string] {
  const median = 2
  const last = epochs.length - quantileCount
  return [epochs.length / quantileCount, numberText(epochs[median]), numberText(epochs[last + median])]
}

function QuantileTable({ title, run }: { readonly title: string; readonly run: Run }) {
  const texts = useTexts().settling
  const rows = Array.from({ length: run.epochs.length / quantileCount }, (_, epoch) =>
    Array.from(run.epochs.subarray(epoch * quantileCount, (epoch + 1) * quantileCount), (value) => numberText(value)),
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus
    <section class="scroll" tabIndex={0} aria-label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.epoch}</th>
            {['5 %', '25 %', '50 %', '75 %', '95 %'].map((quantile) => (
              <th key={quantile} scope="col">
                {quantile}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([p5, p25, p50, p75, p95], epoch) => (
            <tr key={epoch}>
              <th scope="row">{epoch + 1}</th>
              <td>{p5}</td>
              <td>{p25}</td>
              <td>{p50}</td>
              <td>{p75}</td>
              <td>{p95}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
