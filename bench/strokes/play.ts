import type { Page } from 'playwright-core'
import type { Drawing, Point, Stroke } from './handwriting.js'

/** Places of a stroke that are closer than this are left out, in widths of the pad. A real pointer reports no more. */
const shortestMove = 0.02

/** Opens the page of a file, without a server, and waits until its trained network reads. */
export async function openPage(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.locator('.pad canvas').waitFor()
  await page.locator('[data-test=answer]').waitFor()
}

/**
 * Draws a digit with the pointer of a page that shows the view "draw".
 * @returns the answer of the network to the whole drawing, as the page shows it
 */
export async function play(page: Page, { strokes }: Drawing): Promise<string> {
  await page.getByRole('button', { name: 'Clear' }).click()
  const box = await page.locator('.pad canvas').boundingBox()
  if (!box) throw new Error('the page shows no pad')
  const { x: left, y: top, width, height } = box
  for (const stroke of strokes) {
    const [first, ...others] = thinned(stroke)
    await page.mouse.move(left + first.x * width, top + first.y * height)
    await page.mouse.down()
    // The moves go out without waiting, as those of a fast pen do. The browser collects them between two frames.
    await Promise.all(others.map(({ x, y }) => page.mouse.move(left + x * width, top + y * height)))
    await page.mouse.up()
  }
  // The page has drawn the last place after two frames. Then it is busy until the network has read the drawing.
  return page.evaluate(`new Promise((resolve) => {
    const look = () => {
      const answer = document.querySelector('[data-test=answer]')
      if (answer.closest('[aria-busy=true]')) requestAnimationFrame(look)
      else resolve(answer.textContent)
    }
    requestAnimationFrame(() => requestAnimationFrame(look))
  })`)
}

/** Returns the ends of a stroke, and the places between them that are far enough from the one before. */
function thinned(stroke: Stroke): Stroke {
  const kept: Point[] = []
  stroke.forEach((place, index) => {
    const last = kept.at(-1)
    const isFar = !last || Math.hypot(place.x - last.x, place.y - last.y) >= shortestMove
    if (isFar || index === stroke.length - 1) kept.push(place)
  })
  return kept
}
