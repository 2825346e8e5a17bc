import { useId, useState } from 'preact/hooks'
import { useTexts } from '../../texts/texts.js'
import type { Points } from './presets.js'
import { type Columns, guessColumns, type Problem, pointsFrom, readTable, type Table } from './read-table.js'

/** Files that are larger are not read: no more points than this can be seen. */
const maxBytes = 2_000_000

/** Takes points from a table that is pasted, or opened from a file. Nothing leaves the page. */
export function OwnPoints({ onTake }: { readonly onTake: (points: Points) => void }) {
  const texts = useTexts().plane
  const id = useId()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<Partial<Columns>>({})
  const [problem, setProblem] = useState<string>()
  const table = text.trim() === '' ? undefined : readTable(text)
  const columns = table && !('kind' in table) ? { ...guessColumns(table), ...chosen } : undefined

  async function open(file: File | undefined): Promise<void> {
    if (!file) return
    if (file.size > maxBytes) return setProblem(texts.fileTooLarge(file.size, maxBytes))
    setProblem(undefined)
    setChosen({})
    setText(await file.text())
  }

  function take(from: Table, columns: Columns): void {
    const points: Points | Problem = pointsFrom(from, columns)
    if ('kind' in points) setProblem(texts.problem(points))
    else {
      setProblem(undefined)
      onTake(points)
    }
  }

  return (
    <details class="plane-own">
      <summary>{texts.ownPoints}</summary>
      <p>{texts.ownSentence}</p>
      <label for={`${id}text`}>{texts.paste}</label>
      <textarea
        id={`${id}text`}
        rows={6}
        spellcheck={false}
        value={text}
        placeholder={'x,y,class\n1.5,0.2,a\n3.1,1.8,b'}
        onInput={({ currentTarget }) => {
          setProblem(undefined)
          setText(currentTarget.value)
        }}
      />
      <p>
        <label for={`${id}file`}>{texts.openFile}</label>{' '}
        <input
          id={`${id}file`}
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          onChange={({ currentTarget }) => open(currentTarget.files?.[0])}
        />
      </p>
      {table && !('kind' in table) && columns && (
        <p class="plane-columns">
          {(['x', 'y', 'label'] as const).map((role) => (
            <label key={role}>
              {texts.columnRoles[role]}
              <select
                value={columns[role]}
                onChange={({ currentTarget }) => {
                  setProblem(undefined)
                  setChosen({ ...columns, [role]: Number(currentTarget.value) })
                }}
              >
                {table.names.map((name, i) => (
                  <option key={`${i} ${name}`} value={i}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          ))}
          <button type="button" onClick={() => take(table, columns)}>
            {texts.takePoints(table.rows.length)}
          </button>
        </p>
      )}
      <p role="status">{table && 'kind' in table ? texts.problem(table) : problem}</p>
    </details>
  )
}
