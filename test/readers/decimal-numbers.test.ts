import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNumber } from '#src/readers/text/number'

describe('parseNumber', () => {
  const parse = (text: string) => parseNumber(Buffer.from(text), 0, Buffer.byteLength(text))

  it('gives the bits of Number() for every decimal', () => {
    const digits = fc.array(fc.constantFrom('0', '0', '1', '5', '9', '4', '7'), { minLength: 1, maxLength: 24 })
    const decimal = fc
      .tuple(fc.constantFrom('', '-', '+'), digits, fc.nat(24), fc.option(fc.integer({ min: -330, max: 320 })))
      .map(([sign, list, place, power]) => {
        const text = list.join('')
        const point = place < text.length ? `${text.slice(0, place)}.${text.slice(place)}` : text
        return `${sign}${point}${power === null ? '' : `e${power}`}`
      })
    const printed = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value.toExponential(18)),
      fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toPrecision(17)),
    )
    fc.assert(
      fc.property(fc.oneof(decimal, printed), (text) => Object.is(parse(text), Number(text))),
      { numRuns: 20_000, seed: 1 },
    )
  })

  it('rounds numbers halfway between two float64 to the even one', () => {
    // 2^53 + 1 is the first whole number that float64 cannot represent: with 17 and 19 digits, and slightly off the middle.
    for (const text of ['9007199254740993', '900719925474099.3', '9007199254740993000e-3', '9007199254740993.001']) {
      expect([text, parse(text)]).toEqual([text, Number(text)])
    }
  })

  it('gives NaN for text that is not a number', () => {
    for (const text of ['', '-', '.', 'e5', '1e', '1e+', '1.2.3', '0x10', 'NaN', 'Infinity', ' 1', '1 ', '1_0', '١']) {
      expect([text, parse(text)]).toEqual([text, Number.NaN])
    }
    expect(parse('1.')).toBe(1)
    expect(parse('.5')).toBe(0.5)
  })
})
