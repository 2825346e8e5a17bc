import { side } from './picture.js'

/**
 * Copies the canvas to `picture` as bytes. In the picture, the ink is moved by whole pixels, so that its center of mass
 * is as close to the middle as possible. The ink is never moved beyond the edge of the picture. LeCun, Cortes and
 * Burges centered the digits of MNIST in this way. The function changes the numbers in `canvas`.
 */
export function centerByMass(canvas: Float32Array, picture: Uint8Array): void {
  let mass = 0
  let massX = 0
  let massY = 0
  let left = side
  let right = 0
  let top = side
  let bottom = 0
  for (let pixel = 0; pixel < canvas.length; pixel++) {
    const depth = canvas[pixel]
    if (depth === 0) continue
    // The smoothstep function makes edges look as if the picture had been scanned at a larger size and then reduced.
    const ink = depth * depth * (3 - 2 * depth)
    canvas[pixel] = ink
    const column = pixel % side
    const row = (pixel - column) / side
    mass += ink
    massX += ink * (column + 0.5)
    massY += ink * (row + 0.5)
    left = Math.min(left, column)
    right = Math.max(right, column)
    top = Math.min(top, row)
    bottom = row
  }
  const moveRight = Math.max(-left, Math.min(side - 1 - right, Math.round(side / 2 - massX / mass)))
  const moveDown = Math.max(-top, Math.min(side - 1 - bottom, Math.round(side / 2 - massY / mass)))
  picture.fill(0)
  for (let row = top; row <= bottom; row++) {
    const to = (row + moveDown) * side + moveRight
    for (let column = left; column <= right; column++) {
      // Storing a number into a byte truncates it, so add 0.5 to round to the nearest integer.
      picture[to + column] = 255 * canvas[row * side + column] + 0.5
    }
  }
}
