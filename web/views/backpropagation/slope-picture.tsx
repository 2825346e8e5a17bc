import type { PaletteName } from '#src/drawing/colors'
import { largest } from '#src/drawing/weight-picture'
import { ColorScale } from '../../pictures/color-scale.js'
import { NumberPicture } from '../../pictures/number-picture.js'
import { useTexts } from '../../texts/texts.js'
import { numberColors, type Theme } from '../../theme.js'

/** The slopes of all weights of a neuron of the first hidden layer, as a picture: the example, times one error. */
export function SlopePicture({
  slopes,
  picture,
  palette,
  theme,
  from,
  title,
}: {
  readonly slopes: ArrayLike<number>
  readonly picture: { readonly width: number; readonly height: number }
  readonly palette: PaletteName
  readonly theme: Theme
  readonly from: number
  readonly title: string
}) {
  const texts = useTexts().backpropagation
  const limit = largest(slopes)
  const colors = numberColors(palette, theme)
  const place = {
    '--column': (from % picture.width) / picture.width,
    '--row': Math.floor(from / picture.width) / picture.height,
    '--columns': picture.width,
    '--rows': picture.height,
  }
  return (
    <figure class="slope-picture">
      <div class="slope-frame">
        <NumberPicture {...picture} values={slopes} limit={limit} colors={colors} theme={theme} label={title} />
        <span class="slope-place" style={place} aria-hidden="true" />
      </div>
      <figcaption>
        <p>
          {title} {texts.slopeLegend}
        </p>
        <ColorScale limit={limit} colors={colors} theme={theme} label="∂C/∂w" />
      </figcaption>
    </figure>
  )
}
