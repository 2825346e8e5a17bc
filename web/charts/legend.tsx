import type { ComponentChildren } from 'preact'
import './legend.css'

interface LegendProps {
  /** Each mark as it is drawn in a field of 28 x 16, and what it means. */
  readonly marks: readonly (readonly [mark: ComponentChildren, meaning: string])[]
}

/** Says what each mark of a drawing means. */
export function Legend({ marks }: LegendProps) {
  return (
    <ul class="legend">
      {marks.map(([mark, meaning]) => (
        <li key={meaning}>
          <svg viewBox="0 0 28 16" aria-hidden="true">
            {mark}
          </svg>
          {meaning}
        </li>
      ))}
    </ul>
  )
}
