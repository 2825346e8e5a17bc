import { fewestDigits } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'

/** At most this many inputs can be changed. */
const mostInputs = 100

/** The inputs of a network that reads no pictures, as numbers that can be changed. */
export function InputNumbers({
  names,
  row,
  change,
}: {
  names: readonly string[] | undefined
  row: Float32Array
  change(row: Float32Array): void
}) {
  const { draw: texts } = useTexts()
  return (
    <div class="fields scroll">
      {Array.from(row.subarray(0, mostInputs), (value, input) => (
        <label class="field" key={input}>
          <span>{names?.[input] ?? `${texts.input} ${input + 1}`}</span>
          <input
            type="number"
            step="any"
            value={fewestDigits(value)}
            onInput={(event) => {
              const number = event.currentTarget.valueAsNumber
              if (Number.isFinite(number)) change(row.with(input, number))
            }}
          />
        </label>
      ))}
    </div>
  )
}
