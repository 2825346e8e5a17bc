import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

export function SettlingView(_: ViewProps) {
  const texts = useTexts().settling
  return <p>{texts.sentence}</p>
}
