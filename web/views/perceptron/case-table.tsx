import { useId } from 'preact/hooks'
import { useTexts } from '../../texts/texts.js'
import { type Case, reasons } from './festival.js'

interface CaseTableProps {
  readonly cases: readonly Case[]
  readonly threshold: number
  readonly chosen: number
  readonly onChoose: (index: number) => void
}

/** The eight cases with their sums and answers. One of them can be chosen. */
export function CaseTable({ cases, threshold, chosen, onChoose }: CaseTableProps) {
  const texts = useTexts().perceptron
  const group = useId()
  return (
    <div class="perceptron-scroll">
      <table class="perceptron-cases">
        <thead>
          <tr>
            <th scope="col">
              <span class="spoken">{texts.shown}</span>
            </th>
            {reasons.map((reason) => (
              <th key={reason} scope="col">
                {texts.shortReasons[reason]}
              </th>
            ))}
            <th scope="col">{texts.sum}</th>
            <th scope="col">{texts.step}</th>
            <th scope="col">{texts.sigmoid}</th>
          </tr>
        </thead>
        <tbody>
          {cases.map(({ inputs, sum, step, sigmoid }, i) => (
            <tr
              key={inputs.join('')}
              class={i === chosen ? 'perceptron-chosen' : undefined}
              onClick={() => onChoose(i)}
            >
              <td>
                <input
                  type="radio"
                  name={group}
                  checked={i === chosen}
                  aria-label={texts.caseName(inputs)}
                  onChange={() => onChoose(i)}
                />
              </td>
              {inputs.map((input, reason) => (
                <td key={reasons[reason]}>{input === 1 ? texts.yes : texts.no}</td>
              ))}
              <td>{texts.beside(sum, threshold, step)}</td>
              <td>
                <strong>{step === 1 ? texts.go : texts.stay}</strong>
              </td>
              <td>{sigmoid.toFixed(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
