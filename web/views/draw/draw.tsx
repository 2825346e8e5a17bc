import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

export function DrawView(_: ViewProps) {
  const texts = useTexts().draw
  return <p>{texts.sentence}</p>
}
