import { augment, digits } from 'descent-nn'

const training = await digits({ count: 1_000, seed: 1 })
const pictures = augment(training, { shift: 1, rotation: 10, scale: 0.1, elastic: { alpha: 34, sigma: 4 } })

/** The picture as lines of text, with one character for two pixels, one above the other. */
function draw({ inputs }, row) {
  const picture = inputs.subarray(row * 784, (row + 1) * 784)
  return Array.from({ length: 14 }, (_, line) =>
    Array.from({ length: 28 }, (_, column) => {
      const gray = picture[56 * line + column] + picture[56 * line + 28 + column]
      return ' .:+*#'[Math.round(gray / 102)]
    }).join(''),
  )
}

const row = 4
const drawings = [draw(training, row)]
for (const number of [1, 2]) drawings.push(draw(await pictures.epoch(number), row))
pictures.close()

const [original, ...epochs] = drawings
console.log(`the ${training.labels[row]} as it is, in epoch 1 and in epoch 2`)
for (const [line, text] of original.entries()) {
  const lines = [text, ...epochs.map((drawing) => drawing[line])]
  if (lines.join('').trim() !== '') console.log(lines.join('').trimEnd())
}
