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
    // Ctrl-C on a terminal also stops the child process. Therefore this process ignores Ctrl-C, and ends after the
    // child.
    process.on('SIGINT', () => undefined)
    const [code] = await once(child, 'exit')
    return typeof code === 'number' ? code : 130
  },
})
