import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dataset, dense, digits, Network } from '#src/index'
import { run } from '../cli/program.js'
import { browserExpected, launch, withoutBrowser } from '../support/chromium.js'
import { temporaryFolder } from '../support/files.js'
import { axeFindings } from '../support/pages.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)
const hostile = [
  '<script>document.title = "changed"</script>',
  '\u202eright to left',
  '<img src=x onerror="document.title=1">',
]

/** Saves four networks, and returns the options of their reports. */
async function saveModels(): Promise<Record<string, string[]>> {
  const training = await digits({ count: 1000, seed: 1 })
  const read = new Network([784, 30, 10], { seed: 1 })
  await read.fit(training, { epochs: 2, learningRate: 3, validation: training.slice(0, 200) })
  await read.save(at('digits.safetensors'))

  const inputs = Array.from({ length: 90 }, (_, i) => [i % 3, (i * 7) % 5])
  const classes = new Network([2, 4, 3], { seed: 1 })
  classes.labelNames = hostile
  await classes.fit(new Dataset({ inputs, labels: inputs.map(([kind]) => kind) }), { epochs: 3 })
  await classes.save(at('classes.safetensors'))
  const lines = inputs.map(([kind, other]) => `${kind},${other},"${hostile[kind].replaceAll('"', '""')}"\n`)
  writeFileSync(at('classes.csv'), `a,b,kind\n${lines.join('')}`)

  const numbers = new Network({ inputs: 2, layers: [dense(5, 'tanh'), dense(1, 'identity')] }, { seed: 1 })
  await numbers.fit(new Dataset({ inputs, targets: inputs.map(([a, b]) => [a - b]) }), {
    epochs: 5,
    learningRate: 0.01,
  })
  await numbers.save(at('numbers.safetensors'))
  writeFileSync(at('numbers.csv'), `a,b,difference\n${inputs.map(([a, b]) => `${a},${b},${a - b}\n`).join('')}`)

  await new Network([1, 1], { seed: 1 }).save(at('one.safetensors'))
  return {
    digits: ['--dataset', 'digits', '--count', '500'],
    classes: ['--data', at('classes.csv'), '--label', 'kind'],
    numbers: ['--data', at('numbers.csv'), '--targets', 'difference'],
    one: [],
  }
}

describe.skipIf(withoutBrowser && !browserExpected)(`a report in a browser${withoutBrowser}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
    for (const [name, options] of Object.entries(await saveModels())) {
      const { code, stderr } = await run(['report', at(`${name}.safetensors`), '-o', at(`${name}.html`), ...options])
      expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: '' })
    }
  }, 180_000)
  afterAll(() => browser?.close())

  /** Opens a report. `said` has what the console said, and every request besides that for the page. */
  async function open(
    name: string,
    colorScheme: 'light' | 'dark',
    width: number,
  ): Promise<{ page: Page; said: string[] }> {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } })
    const said: string[] = []
    const { href } = pathToFileURL(at(`${name}.html`))
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(String(error)))
    page.on('request', (request) => {
      const url = request.url()
      if (url !== href && !url.startsWith('data:')) said.push(url)
    })
    await page.goto(href)
    return { page, said }
  }

  it.each(['digits', 'classes', 'numbers', 'one'])(
    'of %s opens from a file without a request, and fits',
    async (name) => {
      for (const [scheme, width] of [
        ['light', 1280],
        ['dark', 360],
      ] as const) {
        const { page, said } = await open(name, scheme, width)
        expect(said).toEqual([])
        expect(await page.title()).toBe(`${name}.safetensors: a report of descent`)
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
        expect(
          await page.evaluate('[...document.images].every(({ naturalWidth, alt }) => naturalWidth > 0 && alt !== "")'),
        ).toBe(true)
        await page.close()
      }
      expect(statSync(at(`${name}.html`)).size).toBeLessThan(500_000)
    },
  )

  it('has thirty pictures of weights', async () => {
    const { page } = await open('digits', 'light', 1280)
    expect(await page.locator('img.weights').count()).toBe(30)
    await page.close()
  })

  it('shows hostile names as text', async () => {
    const { page } = await open('classes', 'light', 1280)
    const names = await page.locator('table.descent-confusion tbody th').allTextContents()
    expect(names).toEqual([hostile[0], '"\\u202eright to left"', hostile[2]])
    expect(await page.locator('script').count()).toBe(0)
    await page.close()
  })

  it.each(['light', 'dark'] as const)(
    'is accessible in %s colors',
    async (scheme) => {
      for (const name of ['digits', 'classes', 'numbers', 'one']) {
        const { page } = await open(name, scheme, 1280)
        expect({ name, found: await axeFindings(page) }).toEqual({ name, found: [] })
        await page.close()
      }
    },
    240_000,
  )
})
