import { colorOf, css, type Palette } from '#src/drawing/colors'
import { formatNumber } from '../texts/numbers.js'
import { useTexts } from '../texts/texts.js'
import { surfaces, type Theme } from '../theme.js'

const steps = 41

/** The legend of the colors of numbers: a band from -limit to limit. With `from: 0` it shows positive numbers only. */
export function ColorScale({
  limit,
  colors,
  theme,
  label,
  // Unlike -limit, it is not -0 where the limit is 0.
  from = 0 - limit,
}: {
  limit: number
  colors: Palette
  theme: Theme
  /** What the numbers are. */
  label: string
  from?: number
}) {
  const { page } = useTexts()
  const number = (value: number) => formatNumber(value, page.locale, { maximumSignificantDigits: 2 })
  return (
    <span class="color-scale">
      <span>{label}</span>
      <span class="color-scale-band">
        <span class="number">{number(from)}</span>
        <svg width="123" height="12" viewBox={`0 0 ${steps} 4`} preserveAspectRatio="none" aria-hidden="true">
          {Array.from({ length: steps }, (_, step) => (
            <rect
              key={step}
              x={step}
              width="1.05"
              height="4"
              fill={css(colorOf(from + ((limit - from) * step) / (steps - 1), limit, colors, surfaces[theme]))}
            />
          ))}
        </svg>
        <span class="number">{number(limit)}</span>
      </span>
    </span>
  )
}
