// Writes docs/internals/kernels.md and native/kernels/kernels.inc from the kernel table. `npm run docs` builds the
// package and then runs this script. A test checks that both files are current.
import { writeFileSync } from 'node:fs'
import { printKernels, printNativeTable } from '../dist/program/print.js'

writeFileSync(new URL('../docs/internals/kernels.md', import.meta.url), printKernels())
writeFileSync(new URL('../native/kernels/kernels.inc', import.meta.url), printNativeTable())
