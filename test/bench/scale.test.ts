import { expect, it } from 'vitest'
import { isExceeded, megabytes, tableOf } from '../../bench/scale/figure.js'
import { measurements } from '../../bench/scale/measurements.js'

it('exceeds a limit with a value that is not below it', () => {
  const figure = { name: 'peak memory', unit: 'MB' }
  expect(isExceeded({ ...figure, value: 100, below: 101 })).toBe(false)
  expect(isExceeded({ ...figure, value: 100, below: 100 })).toBe(true)
  expect(isExceeded({ ...figure, value: Number.NaN, below: 100 })).toBe(true)
  expect(isExceeded({ ...figure, value: 1e9 })).toBe(false)
  expect(megabytes(784e6)).toBe(784)
})

it('prints each figure with its limit', () => {
  const rows = [
    { measurement: 'a', name: 'peak memory', value: 862.35, unit: 'MB', below: 1012.4 },
    { measurement: 'a', name: 'cost', value: 0.4567, unit: '', below: 0.45 },
    { measurement: 'b', name: 'epochs', value: 12, unit: '' },
  ]
  expect(tableOf(rows)).toBe(
    '| measurement | figure | value | limit | |\n' +
      '| --- | --- | ---: | ---: | --- |\n' +
      '| a | peak memory | 862 MB | below 1012 MB | ok |\n' +
      '| a | cost | 0.46 | below 0.45 | EXCEEDED |\n' +
      '| b | epochs | 12 |  |  |',
  )
})

it('measures the same things with --short, with smaller numbers', () => {
  const programs = (short: boolean) => measurements({ short, minutes: 1 }).map(({ program }) => program)
  expect(programs(true)).toEqual(programs(false))
  const names = measurements({ short: false, minutes: 3 }).map(({ name }) => name)
  expect(names).toContain('1000000 x 784 bytes, native')
  expect(names).toContain('4096-4096-4096, float64')
  expect(names).toContain('30000 networks made and dropped, native')
  expect(names).toContain('3 minutes of training, native')
})
