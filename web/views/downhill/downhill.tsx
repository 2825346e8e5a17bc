import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'
import { SliceView } from './slice.js'
import { Slope } from './slope.js'
import { Valley } from './valley.js'
import './downhill.css'

/** Gradient descent with one weight, with two weights, and in a slice through the network of the session. */
export function DownhillView({ connection, state, isWriter }: ViewProps) {
  const texts = useTexts().downhill
  return (
    <div class="downhill">
      <p>{texts.sentence}</p>
      <Slope />
      <Valley />
      <SliceView connection={connection} state={state} isWriter={isWriter} />
    </div>
  )
}
