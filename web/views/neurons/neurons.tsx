import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

export function NeuronsView(_: ViewProps) {
  const texts = useTexts().neurons
  return <p>{texts.sentence}</p>
}
