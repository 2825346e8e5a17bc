import { useId } from 'preact/hooks'
import { shortNumberText } from '#src/drawing/number-text'
import './slider.css'

interface SliderProps {
  readonly label: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  readonly onChange: (value: number) => void
  /** Whether the slider moves by factors: `min`, `max` and `step` are then logarithms to the base 10. */
  readonly logarithmic?: boolean
}

/** A slider with its name and its number. */
export function Slider({ label, value, min, max, step, onChange, logarithmic = false }: SliderProps) {
  const id = useId()
  const shown = shortNumberText(value)
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={logarithmic ? Math.log10(value) : value}
        aria-valuetext={shown}
        onInput={({ currentTarget }) => {
          const position = currentTarget.valueAsNumber
          onChange(logarithmic ? Number((10 ** position).toPrecision(3)) : position)
        }}
      />
      <output for={id}>{shown}</output>
    </div>
  )
}
