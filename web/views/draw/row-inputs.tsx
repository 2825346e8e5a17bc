import { useEffect, useRef, useState } from 'preact/hooks'
import type { Connection, Example, State } from '#src/see/protocol'
import { fewestDigits, formatNumber } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'
import { InputNumbers } from './input-numbers.js'

/** A row of the test data whose numbers can be changed, for networks that read no pictures. It begins with the first one. */
export function RowInputs({
  connection,
  state: { shape, data, session },
  row,
  change,
}: {
  connection: Connection
  state: State
  row: Float32Array | undefined
  change(row: Float32Array): void
}) {
  const { draw: texts, page } = useTexts()
  const [example, setExample] = useState<Example>()
  const nextExample = useRef(0)

  async function showExample(): Promise<void> {
    const index = nextExample.current++ % data.test
    const next = await connection.ask('example', { set: 'test', index })
    setExample(next)
    change(next.inputs)
  }
  useEffect(() => {
    nextExample.current = 0
    // Without an example there is nothing to show.
    showExample().catch(() => {})
  }, [connection, session])

  const isUnchanged = example !== undefined && example.inputs === row
  const answers =
    example?.label === undefined
      ? Array.from(example?.targets ?? [], (target) => formatNumber(fewestDigits(target), page.locale))
      : [shape.classes?.[example.label] ?? String(example.label)]
  return (
    <>
      <button type="button" onClick={showExample}>
        {texts.exampleRow}
      </button>
      {row && <InputNumbers names={shape.inputNames} row={row} change={change} />}
      {isUnchanged && answers.length > 0 && (
        <p class="quiet">
          {texts.inData} <strong>{answers.join(', ')}</strong>
        </p>
      )}
    </>
  )
}
