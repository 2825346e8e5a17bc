import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

export function DownhillView(_: ViewProps) {
  const texts = useTexts().downhill
  return <p>{texts.sentence}</p>
}
