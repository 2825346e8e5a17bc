import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { packageFile } from '../../base/package-folder.js'
import { BackendError } from '../../index.js'
import { defineCommand } from '../parsing/command.js'

export const build = defineCommand({
  name: 'build',
  summary: 'builds the native backend in place, with a C++ compiler and OpenBLAS',
  options: {
    systemPackages: { meaning: "install what is missing with the system's package manager" },
  },
  notes: [],
  async run({ systemPackages }) {
    const script = packageFile('scripts/build-native.mjs')
    if (!existsSync(script)) throw new BackendError(`cannot build: this installation has no ${script}`)
    const wishes = systemPackages ? ['--system-packages'] : []
    const child = spawn(process.execPath, [script, ...wishes], { stdio: 'inherit' })
    // On Ctrl-C, the terminal interrupts this process and the child process. This process ignores the signal, so that
    // it can wait until the child has ended.
    process.on('SIGINT', () => undefined)
    const [code] = await once(child, 'exit')
    return typeof code === 'number' ? code : 130
  },
})
