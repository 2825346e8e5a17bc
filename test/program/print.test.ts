import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '#src/compile/compile'
import { describeNetwork } from '#src/compile/spec'
import { kernelNames, tableSignature } from '#src/program/kernels'
import { printKernels, printProgram } from '#src/program/print'
import { addon, missing } from '../support/backends.js'

describe('printed programs', () => {
  const spec = describeNetwork([784, 30, 10])

  it.each(['train', 'gradients', 'evaluate', 'predict', 'classify'] as const)('%s reads as the book does', (task) => {
    const program = compile(spec, { task, rows: 10, dtype: 'float32', penalties: task === 'gradients' })
    expect(printProgram(program)).toMatchSnapshot()
  })

  it('train with penalties stores the gradient before it descends', () => {
    const program = compile(spec, { task: 'train', rows: 10, dtype: 'float32', penalties: true, answers: 'targets' })
    expect(printProgram(program)).toMatchSnapshot()
  })
})

describe('the kernel table', () => {
  it('matches docs/internals/kernels.md', () => {
    const page = readFileSync(new URL('../../docs/internals/kernels.md', import.meta.url), 'utf8')
    expect(page).toBe(printKernels())
  })

  it('has a section for each kernel', () => {
    const page = printKernels()
    for (const name of kernelNames) expect(page).toContain(`## ${name}\n`)
  })

  it.skipIf(missing !== '')(`matches that of the native side${missing}`, () => {
    if ('addon' in addon) expect(addon.addon.tableSignature()).toBe(tableSignature())
  })
})
