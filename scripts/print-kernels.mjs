// Writes docs/internals/kernels.md from the kernel table. `npm run docs` runs it after a build; a test checks that the page is current.
import { writeFileSync } from 'node:fs'
import { printKernels } from '../dist/program/print.js'

writeFileSync(new URL('../docs/internals/kernels.md', import.meta.url), printKernels())
