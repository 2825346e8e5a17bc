import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { keepChoices, type Memory, recallChoices } from '../../web/choices.js'
import { readFragment } from '../../web/connect/address.js'
import { english } from '../../web/texts/en.js'
import { chooseLanguage } from '../../web/texts/languages.js'
import { chinese } from '../../web/texts/zh.js'
import { inks, markColors, numberColors, surfaces } from '../../web/theme.js'

function memoryWith(text?: string): Memory {
  const kept = new Map(text === undefined ? [] : [['descent-choices', text]])
  const memory = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  return () => memory
}
const forbidden: Memory = () => {
  throw new Error('The operation is insecure.')
}

describe('the choices of the user', () => {
  it.each([
    [['zh-TW', 'en'], 'zh'],
    [['fr', 'zh-Hans-CN'], 'zh'],
    [['EN-gb'], 'en'],
    [['fr', 'de'], 'en'],
    [[], 'en'],
    [['constructor'], 'en'],
  ])('of a browser that prefers %j, the language is %s', (preferred, language) => {
    expect(chooseLanguage(preferred)).toBe(language)
    expect(recallChoices(memoryWith(), preferred).language).toBe(language)
  })

  it('are remembered', () => {
    const memory = memoryWith()
    keepChoices(memory, { language: 'zh', theme: 'dark', palette: 'green-red' })
    expect(recallChoices(memory, ['en'])).toEqual({ language: 'zh', theme: 'dark', palette: 'green-red' })
  })

  it.each(['nonsense', 'null', '3', '{"language":"xx","theme":7,"palette":"__proto__"}'])(
    'are the usual ones if the memory has %s',
    (text) => {
      expect(recallChoices(memoryWith(text), ['en'])).toEqual({
        language: 'en',
        theme: 'system',
        palette: 'blue-orange',
      })
    },
  )

  it('hold without a memory', () => {
    keepChoices(forbidden, { language: 'zh', theme: 'dark', palette: 'green-red' })
    expect(recallChoices(forbidden, ['zh']).language).toBe('zh')
  })
})

describe('the fragment of the address', () => {
  it.each([
    ['', undefined, undefined],
    ['#neurons', 'neurons', undefined],
    ['#/neurons', 'neurons', undefined],
    ['#token=abc_-1', undefined, 'abc_-1'],
    ['#learning&token=abc', 'learning', 'abc'],
    ['#token=', undefined, undefined],
    ['#nothing', undefined, undefined],
  ])('%j names the view %s and the token %s', (fragment, view, token) => {
    expect(readFragment(fragment)).toEqual({ view, token })
  })
})

describe('the texts', () => {
  it('have the same members in both languages, and none is empty', () => {
    const members = (value: object, path = ''): string[] =>
      Object.entries(value).flatMap(([key, member]) =>
        typeof member === 'object' && member !== null
          ? members(member, `${path}${key}.`)
          : [`${path}${key}: ${member === '' ? 'empty' : typeof member}`],
      )
    expect(members(chinese)).toEqual(members(english))
    expect(members(english).filter((name) => name.endsWith('empty'))).toEqual([])
  })
})

describe('the colors of canvases', () => {
  const styles = readFileSync(new URL('../../web/styles.css', import.meta.url), 'utf8')
  const pairs = new Map(
    [...styles.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)].map(([, name, light, dark]) => [
      name,
      { light, dark },
    ]),
  )
  const hex = (color: readonly number[]) => `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`

  it.each(['light', 'dark'] as const)('are those of styles.css in the %s theme', (theme) => {
    const named = (name: string) => pairs.get(name)?.[theme]
    expect(markColors[theme]).toEqual({
      text: named('text'),
      quiet: named('quiet'),
      line: named('control-line'),
      accent: named('accent'),
    })
    expect(hex(surfaces[theme])).toBe(named('surface'))
    expect(hex(inks[theme].positive)).toBe(named('text'))
    expect(numberColors('green-red', theme).positive).not.toEqual(numberColors('blue-orange', theme).positive)
  })
})
