import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '#src/compile/compile'
import { describeNetwork } from '#src/compile/spec'
import { kernelNames, kernels, tableSignature } from '#src/program/kernels'
import { printKernels, printNativeTable, printProgram } from '#src/program/print'
import { addon, missing } from '../support/backends.js'

describe('printed programs', () => {
  const spec = describeNetwork([784, 30, 10])

  it.each(['train', 'gradients', 'deltas', 'evaluate', 'predict', 'classify'] as const)(
    '%s matches the formulas of the book',
    (task) => {
      const program = compile(spec, { task, rows: 10, dtype: 'float32', penalties: task === 'gradients' })
      expect(printProgram(program)).toMatchSnapshot()
    },
  )

  it('train with penalties stores the gradient before the update', () => {
    const program = compile(spec, { task: 'train', rows: 10, dtype: 'float32', penalties: true, answers: 'targets' })
    expect(printProgram(program)).toMatchSnapshot()
  })
})

describe('the kernel table', () => {
  it('matches docs/internals/kernels.md', () => {
    const page = readFileSync(new URL('../../docs/internals/kernels.md', import.meta.url), 'utf8')
    expect(page).toBe(printKernels())
  })

  it('is what native/kernels/kernels.inc lists, in operands that fit the values of a command', () => {
    const textOf = (file: string) => readFileSync(new URL(`../../native/${file}`, import.meta.url), 'utf8')
    expect(textOf('kernels/kernels.inc')).toBe(printNativeTable())
    const most = Math.max(...Object.values(kernels).map(({ operands }) => Object.keys(operands).length))
    expect(textOf('kernels.h')).toContain(`kMaxOperands = ${most};`)
  })

  it('has a section for each kernel', () => {
    const page = printKernels()
    for (const name of kernelNames) expect(page).toContain(`## ${name}\n`)
  })

  it.skipIf(missing !== '')(`is the same in the native backend${missing}`, () => {
    if ('addon' in addon) expect(addon.addon.tableSignature()).toBe(tableSignature())
  })
})
