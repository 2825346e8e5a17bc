import { side } from './raster.js'

/**
 * Develops the canvas into a picture of bytes with its centre of mass in the middle, to the nearest pixel: how LeCun,
 * Cortes and Burges placed the digits of MNIST. Ink is never moved out of the picture.
 */
export function centreByMass(canvas: Float32Array, picture: Uint8Array): void {
  let mass = 0
  let massX = 0
  let massY = 0
  let left = side
  let right = 0
  let top = side
  let bottom = 0
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const depth = canvas[row * side + column]
      if (depth === 0) continue
      const ink = darkness(depth)
      mass += ink
      massX += ink * (column + 0.5)
      massY += ink * (row + 0.5)
      left = Math.min(left, column)
      right = Math.max(right, column)
      top = Math.min(top, row)
      bottom = Math.max(bottom, row)
    }
  }
  const moveRight = Math.max(-left, Math.min(side - 1 - right, Math.round(side / 2 - massX / mass)))
  const moveDown = Math.max(-top, Math.min(side - 1 - bottom, Math.round(side / 2 - massY / mass)))
  picture.fill(0)
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const pixel = (row + moveDown) * side + column + moveRight
      picture[pixel] = Math.round(255 * darkness(canvas[row * side + column]))
    }
  }
}

/** The edge of the ink is a smooth step, much as if the picture had been scanned larger and then shrunk. */
function darkness(depth: number): number {
  return depth * depth * (3 - 2 * depth)
}
