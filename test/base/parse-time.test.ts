import { expect, it } from 'vitest'
import { parseTime } from '#src/base/parse-time'

it.each([
  ['1970-01-01', 0],
  ['1969-12-31T23:59:59Z', -1],
  ['2026-12-01 08:30', 1796113800],
  ['2026-12-01T08:30:00.5+01:00', 1796110200.5],
  ['2026-12-01T08:30:00-0230', 1796122800],
  ['0099-03-01', Date.parse('0099-03-01') / 1000],
  ['2024-02-29', 1709164800],
])('%s is %d seconds after 1970', (text, seconds) => {
  expect(parseTime(text)).toBe(seconds)
})

it.each(['', '2026', '2026-02-29', '2026-13-01', '2026-12-01T24:00', '01.12.2026', '2026-12-01T08:30 Paris'])(
  '%j is not a time',
  (text) => {
    expect(parseTime(text)).toBeNaN()
  },
)
