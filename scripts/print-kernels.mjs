// Writes docs/internals/kernels.md from the kernel table. Run by `npm run docs` after a build; a test compares the two.
import { writeFileSync } from 'node:fs'
import { printKernels } from '../dist/program/print.js'

writeFileSync(new URL('../docs/internals/kernels.md', import.meta.url), printKernels())
