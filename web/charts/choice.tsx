import { useId } from 'preact/hooks'
import './choice.css'

interface ChoiceProps<Name extends string> {
  readonly label: string
  readonly value: Name
  readonly options: readonly (readonly [name: Name, text: string])[]
  readonly onChange: (name: Name) => void
}

/** A row of options, one of which is chosen. */
export function Choice<Name extends string>({ label, value, options, onChange }: ChoiceProps<Name>) {
  const group = useId()
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map(([name, text]) => (
        <label key={name}>
          <input type="radio" name={group} checked={name === value} onChange={() => onChange(name)} />
          {text}
        </label>
      ))}
    </fieldset>
  )
}
