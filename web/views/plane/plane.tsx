import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

export function PlaneView(_: ViewProps) {
  const texts = useTexts().plane
  return <p>{texts.sentence}</p>
}
