import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

export function PerceptronView(_: ViewProps) {
  const texts = useTexts().perceptron
  return <p>{texts.sentence}</p>
}
