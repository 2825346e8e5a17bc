import { useTexts } from '../../texts/texts.js'

interface StepTableProps {
  readonly columns: readonly string[]
  /** The numbers of each step, from the start. */
  readonly rows: readonly (readonly string[])[]
}

/** The numbers behind a drawing: where the balls were after each step, the last step first. */
export function StepTable({ columns, rows }: StepTableProps) {
  const texts = useTexts().downhill
  return (
    <details>
      <summary>{texts.table}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus */}
      <section class="scroll" tabIndex={0} aria-label={texts.table}>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.stepColumn}</th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows
              .map((numbers, step) => (
                <tr key={step}>
                  <th scope="row">{step}</th>
                  {numbers.map((number, i) => (
                    <td key={columns[i]}>{number}</td>
                  ))}
                </tr>
              ))
              .reverse()}
          </tbody>
        </table>
      </section>
    </details>
  )
}
