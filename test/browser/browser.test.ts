import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { augment, digits, Network } from '#src/index'
import { browserExpected, startBrowser, withoutBrowser } from '../support/chromium.js'

const base64 = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

it.runIf(browserExpected)('there is a browser where the environment says so', () => {
  expect(withoutBrowser).toBe('')
})

it('docs/guides/browser.md shows the module of the example', () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  expect(read('docs/guides/browser.md')).toContain(read('examples/pipelines/browser-page/page.mjs'))
})

describe.skipIf(withoutBrowser !== '')(`descent-nn/browser in Chromium${withoutBrowser}`, () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  /** Calls a function of page.mjs in a page. As text: what runs in the page is not compiled by the test runner. */
  async function inPage(path: string, name: string, ...values: unknown[]) {
    const page = await browser.open(path)
    try {
      const list = values.map((value) => JSON.stringify(value)).join(', ')
      return await page.evaluate(`import('/page.mjs').then((page) => page.${name}(${list}))`)
    } finally {
      await page.close()
    }
  }

  it.each([
    ['/plain', false],
    ['/isolated', true],
  ])(
    'in a page of %s it draws, learns and answers with the bits of Node, and the page lives on',
    async (path, isolated) => {
      const { turnsOfDigits, turnsOfTraining, ...there } = (await inPage(path, 'learn')) as Record<string, unknown>
      const training = await digits({ count: 1000, seed: 4 })
      const network = new Network([784, 300, 10], { seed: 3, backend: 'wasm' })
      const epochs = await network.fit(training, { epochs: 2, learningRate: 3 })
      const augmentation = augment(training.slice(0, 20), { rotation: 10, elastic: { alpha: 34, sigma: 4 }, seed: 2 })
      expect(there).toEqual({
        isolated,
        sharedMemory: isolated,
        backend: {
          name: 'wasm',
          detail: 'WebAssembly SIMD for float32',
          reason: 'the native addon needs Node, and this is not Node',
        },
        pictures: base64(training.inputs),
        augmented: base64((await augmentation.epoch(1)).inputs),
        costs: epochs.map(({ cost }) => cost),
        parameters: base64(network.parameters),
        model: base64(network.toBytes()),
        answers: base64(await network.predict(training.slice(0, 50))),
      })
      augmentation.close()
      // One share of digits, or one slice of training, without a pause would be a turn or none. Three hundred neurons take many
      // slices.
      expect(turnsOfDigits).toBeGreaterThan(3)
      expect(turnsOfTraining).toBeGreaterThan(3)
    },
  )

  it('computes in a page that forbids WebAssembly on TypeScript, with its bits, and says why', async () => {
    const training = await digits({ count: 1000, seed: 4 })
    const network = new Network([784, 30, 10], { seed: 3, backend: 'typescript' })
    await network.fit(training, { epochs: 2, learningRate: 3 })
    const { backend, parameters, wasm } = (await inPage('/without-wasm', 'learnWithoutWasm')) as Record<string, unknown>
    expect(parameters).toBe(base64(network.parameters))
    const reason = expect.stringMatching(/^WebAssembly cannot be used here \(.*Content Security Policy.*\)$/)
    expect(backend).toEqual({
      name: 'typescript',
      detail: 'plain JavaScript',
      reason: expect.stringMatching(
        /^the native addon needs Node, and this is not Node; WebAssembly cannot be used here \(.*\)$/,
      ),
    })
    expect(wasm).toEqual(
      expect.stringMatching(
        /^BackendError: the wasm backend is not available: WebAssembly cannot be used here \(.*\)$/,
      ),
    )
    expect(String(wasm).replace('BackendError: the wasm backend is not available: ', '')).toEqual(reason)
  })

  it('learns with the same bits in a page without a server', async () => {
    const training = await digits({ count: 200, seed: 4 })
    const network = new Network([784, 30, 10], { seed: 3, backend: 'wasm' })
    await network.fit(training, { epochs: 1, learningRate: 3 })
    const page = await browser.openFile(`
      const training = await descent.digits({ count: 200, seed: 4 })
      const network = new descent.Network([784, 30, 10], { seed: 3 })
      await network.fit(training, { epochs: 1, learningRate: 3 })
      return [location.protocol, network.backend.name, [...network.parameters]]`)
    expect(page).toEqual(['file:', 'wasm', [...network.parameters]])
  })

  it('a model of Node answers in a page with the same bits', async () => {
    const network = new Network([3, 5, 4], { seed: 7, dtype: 'float64', backend: 'typescript' })
    const rows = [
      [0.1, 0.2, 0.3],
      [-1, 2, 0.5],
    ]
    expect(await inPage('/plain', 'answer', base64(network.toBytes()), rows)).toEqual({
      answers: base64(network.feedforward(rows)),
      classes: [...(await network.classify(rows))],
    })
  })

  it('what a page does not have is refused in a sentence', async () => {
    const file =
      'DescentError: node:fs/promises needs Node, and this program does not run on Node: use toBytes and fromBytes of a network, which need no files'
    const common = {
      kept: file,
      read: file,
      native: 'BackendError: the native backend is not available: the native addon needs Node, and this is not Node',
      isBackendError: true,
    }
    expect(await inPage('/plain', 'refusals')).toEqual({
      ...common,
      share:
        'BackendError: threads cannot share this network: it is not in shared memory, because this page is not isolated',
    })
    expect(await inPage('/isolated', 'refusals')).toEqual({ ...common, share: 'done' })
  })

  it('examples/pipelines/browser-page learns in a page', async () => {
    const page = await browser.open('/example/')
    const wrong: string[] = []
    page.on('pageerror', ({ message }) => wrong.push(message))
    await page.waitForFunction("document.querySelector('#log').textContent.includes('the labels are')")
    const [first, second, third, copy, labels] = (await page.locator('#log').textContent())?.split('\n') ?? []
    expect([first, second, third]).toEqual([1, 2, 3].map((n) => expect.stringMatching(`^epoch ${n}: \\d+ of 100$`)))
    expect(copy).toMatch(/^a copy from \d+ bytes answers \d \d \d \d \d$/)
    expect(labels).toMatch(/^the labels are \d \d \d \d \d$/)
    expect(wrong).toEqual([])
    await page.close()
  })
})
