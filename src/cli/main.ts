#!/usr/bin/env node
import { runCommandLine } from './command-line.js'
import { exitCodes, leaveTerminal, watchOutput } from './terminal/terminal.js'

watchOutput()
process.exitCode = await runCommandLine(process.argv.slice(2))
if (process.exitCode === exitCodes.SIGHUP) leaveTerminal()
