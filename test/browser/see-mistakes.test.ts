import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dataset } from '#src/index'
import { browserExpected, withoutBrowser } from '../support/chromium.js'
import { axeFindings } from '../support/pages.js'
import { fewDigits, overflow, type SeenSession, seeSession } from '../support/see-page.js'

describe.skipIf(withoutBrowser && !browserExpected)(`the view of mistakes${withoutBrowser}`, () => {
  let seen: SeenSession
  beforeAll(async () => {
    seen = await seeSession(await fewDigits())
  })
  afterAll(() => seen.close())

  it('shows the confusion table of the session, and opens a cell with the keyboard', async () => {
    const page = await seen.open('mistakes')
    const table = page.getByRole('grid', { name: 'Confusion table' })
    await table.waitFor()
    const { confusion } = await seen.session.ask('evaluation', {})
    const shown = await table.locator('td button').allTextContents()
    expect(shown.map(Number)).toEqual([...(confusion ?? [])])

    const wrong = (confusion ?? []).findIndex((count, cell) => count > 0 && cell % 11 !== 0)
    const [label, answer] = [Math.floor(wrong / 10), wrong % 10]
    await table.locator('[data-cell="0 0"]').focus()
    for (let i = 0; i < label; i++) await page.keyboard.press('ArrowDown')
    for (let i = 0; i < answer; i++) await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    const count = confusion?.[wrong]
    await page.getByRole('heading', { name: `${label} read as ${answer}: ${count}` }).waitFor()
    const pictures = page.getByRole('img', { name: `${label}, read as ${answer}` })
    await pictures.first().waitFor()
    expect(await pictures.count()).toBe(Math.min(12, count ?? 0))
    expect(await axeFindings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  })

  it('fits narrow and dark windows in Chinese', async () => {
    const page = await seen.open('mistakes', {
      locale: 'zh-CN',
      viewport: { width: 360, height: 800 },
      colorScheme: 'dark',
    })
    await page.getByRole('grid', { name: '混淆表' }).waitFor()
    expect(await overflow(page)).toBe(0)
    expect(await axeFindings(page)).toEqual([])
  })

  it('has nothing to complain of', () => {
    expect(seen.complaints).toEqual([])
  })
})

describe.skipIf(withoutBrowser && !browserExpected)(`the mistakes of tables${withoutBrowser}`, () => {
  const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(i * i)])
  const inputNames = ['length', '<b>width</b>']

  it('shows the numbers of wrong rows by name, and class names as text', async () => {
    const labels = rows.map((_, i) => i % 2)
    const data = new Dataset({ inputs: rows, labels, inputNames })
    const seen = await seeSession({ name: 'rows', training: data, test: data, labelNames: ['<img src=x>', 'b'] })
    try {
      const page = await seen.open('mistakes')
      await page.getByRole('columnheader', { name: '<b>width</b>' }).waitFor()
      expect(await page.locator('main img').count()).toBe(0)
      const { mistakes } = await seen.session.ask('evaluation', {})
      const wrong = page.getByRole('region', { name: 'Wrongly classified rows' })
      expect(await wrong.locator('tbody tr').count()).toBe(Math.min(12, mistakes.length))
      expect(await axeFindings(page)).toEqual([])
      expect(seen.complaints).toEqual([])
    } finally {
      await seen.close()
    }
  })

  it('shows the largest errors of a regression', async () => {
    const data = new Dataset({ inputs: rows, targets: rows.map(([a, b]) => [a * b]) })
    const seen = await seeSession({ name: 'rows', training: data, test: data })
    try {
      const page = await seen.open('mistakes')
      const errors = page.getByRole('region', { name: 'Largest errors' })
      await errors.waitFor()
      expect(await errors.locator('tbody tr').count()).toBe(40)
      expect(await axeFindings(page)).toEqual([])
      expect(seen.complaints).toEqual([])
    } finally {
      await seen.close()
    }
  })
})
