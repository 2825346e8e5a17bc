/**
 * Takes the pictures of the page in docs/see: `npm run screenshots`. It trains the page's networks for some moments in Chromium, opens
 * each view, and makes small PNG files of what it shows. The seeds are fixed, so that a change of a picture is a
 * change of the page. dist/ must have been built.
 *
 *   node scripts/screenshots.mjs [NAME...]     takes only these pictures
 *
 * The browser is DESCENT_CHROMIUM, or /usr/bin/chromium.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import sharp from 'sharp'

/** @import { Page } from 'playwright-core' */

/**
 * A picture of a view.
 *
 * @typedef {object} Picture
 * @property {string} view
 * @property {number} [width] the width of the window
 * @property {number} [height]
 * @property {boolean} [isDark]
 * @property {number} [epochs] the number of epochs to train a new network before; without it the network is the shipped one
 * @property {boolean} [hasDigit] whether a digit is drawn on the pad
 * @property {(page: Page) => Promise<void>} [prepare]
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'docs', 'see')
const largest = 80_000
/** The number of epochs that the network of the plane learns. */
const planeEpochs = 120

/** @type {Record<string, Picture>} */
const pictures = {
  draw: { view: 'draw', hasDigit: true },
  'draw-dark': { view: 'draw', hasDigit: true, isDark: true },
  'draw-narrow': { view: 'draw', hasDigit: true, width: 360, height: 1000 },
  neurons: { view: 'neurons', hasDigit: true, epochs: 3 },
  learning: { view: 'learning', epochs: 5 },
  'learning-dark': { view: 'learning', epochs: 5, isDark: true },
  mistakes: { view: 'mistakes', epochs: 3 },
  downhill: { view: 'downhill' },
  settling: { view: 'settling', epochs: 5, prepare: learnBatch },
  backpropagation: { view: 'backpropagation', epochs: 1 },
  plane: { view: 'plane', prepare: learnPlane },
  perceptron: { view: 'perceptron' },
}

const chosen = process.argv.slice(2)
const unknown = chosen.find((name) => !Object.hasOwn(pictures, name))
if (unknown !== undefined) {
  throw new Error(`there is no picture ${unknown}: the pictures are ${Object.keys(pictures).join(', ')}`)
}
const browser = await chromium.launch({
  executablePath: process.env.DESCENT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
})
mkdirSync(folder, { recursive: true })
for (const [name, picture] of Object.entries(pictures)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const bytes = await small(await take(picture))
  writeFileSync(join(folder, `${name}.png`), bytes)
  console.log(`docs/see/${name}.png: ${bytes.length} bytes`)
}
await browser.close()

/** @param {Picture} picture */
async function take({ view, width = 1280, height = 800, isDark = false, epochs = 0, hasDigit = false, prepare }) {
  const page = await browser.newPage({
    locale: 'en',
    viewport: { width, height },
    colorScheme: isDark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  page.on('console', (message) => {
    if (message.type() === 'error') throw new Error(`the view ${view} says on the console: ${message.text()}`)
  })
  await page.goto(`${pathToFileURL(join(root, 'dist', 'web', 'index.html')).href}#draw`)
  await page.locator('.pad canvas').waitFor()
  if (epochs > 0) await train(page, epochs)
  if (hasDigit) await drawThree(page)
  await page.evaluate(`location.hash = ${JSON.stringify(view)}`)
  await page.locator(`main[data-view=${view}]`).waitFor()
  await prepare?.(page)
  // The view asks the network, and draws when it has the answers.
  await page.waitForTimeout(2500)
  await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0)')
  const picture = await page.screenshot()
  await page.close()
  return picture
}

/**
 * Replaces the network by a new one with the settings of Nielsen's first chapter, and trains it.
 *
 * @param {Page} page
 * @param {number} epochs
 */
async function train(page, epochs) {
  await page.getByRole('button', { name: 'New network …' }).click()
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill(String(epochs))
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.getByText('784-30-10').waitFor()
  await page.getByRole('button', { name: 'Learn', exact: true }).click()
  // The button says "Pause" until the last epoch has ended.
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  await page.getByRole('button', { name: 'Learn', exact: true }).waitFor({ timeout: 120_000 })
}

/**
 * Draws a 3 on the pad.
 *
 * @param {Page} page
 */
async function drawThree(page) {
  const box = await page.locator('.pad canvas').boundingBox()
  if (!box) throw new Error('the page shows no pad')
  const places = [...arc(0.5, 0.36, 0.15, 0.14, -2.5, 1.5), ...arc(0.5, 0.66, 0.18, 0.17, -1.4, 2.6)].map(
    ([x, y]) => /** @type {const} */ ([box.x + x * box.width, box.y + y * box.height]),
  )
  await page.mouse.move(...places[0])
  await page.mouse.down()
  for (const place of places) await page.mouse.move(...place)
  await page.mouse.up()
}

/**
 * Returns places on a part of an ellipse.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} radiusX
 * @param {number} radiusY
 * @param {number} from an angle, clockwise from the right
 * @param {number} to
 */
function arc(x, y, radiusX, radiusY, from, to) {
  return Array.from({ length: 16 }, (_, i) => {
    const angle = from + ((to - from) * i) / 15
    return [x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle)]
  })
}

/**
 * Lets the small network of the plane learn for a fixed number of steps.
 *
 * @param {Page} page
 */
async function learnPlane(page) {
  const step = page.locator('main').getByRole('button', { name: 'One epoch', exact: true })
  for (let epoch = 0; epoch < planeEpochs; epoch++) await step.click()
  await page.locator('main').getByText(`${planeEpochs} epochs:`).waitFor()
}

/**
 * Learns from one batch. Of a run at full speed, the batch whose movement is shown depends on the time.
 *
 * @param {Page} page
 */
async function learnBatch(page) {
  await page.getByRole('button', { name: '+1 batch' }).click()
  await page.getByText('Epoch 6: 10 of 6,000').waitFor()
}

/**
 * Reduces a picture to few colors until it is small.
 *
 * @param {Buffer} png
 */
async function small(png) {
  for (const colors of [128, 64, 32, 16]) {
    const bytes = await sharp(png).png({ palette: true, colors, effort: 10, compressionLevel: 9, dither: 0 }).toBuffer()
    if (bytes.length <= largest) return bytes
  }
  throw new Error(`a picture is larger than ${largest} bytes, even with 16 colors`)
}
