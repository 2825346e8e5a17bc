import { useTexts } from '../../texts/texts.js'
import type { Balls } from './use-balls.js'

/** The buttons that let the balls roll. */
export function PlayButtons({ balls }: { readonly balls: Balls }) {
  const texts = useTexts().downhill
  return (
    <p class="buttons">
      <button
        type="button"
        class="primary"
        disabled={balls.isOver}
        onClick={balls.isPlaying ? balls.pause : balls.play}
      >
        {balls.isPlaying ? texts.pause : texts.play}
      </button>
      <button type="button" disabled={balls.isOver || balls.isPlaying} onClick={balls.step}>
        {texts.oneStep}
      </button>
      <button
        type="button"
        disabled={balls.steps === 0}
        onClick={() => {
          balls.pause()
          balls.reset()
        }}
      >
        {texts.again}
      </button>
    </p>
  )
}
