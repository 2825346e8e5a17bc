#!/usr/bin/env node
import { runCommandLine } from './command-line.js'
import { exitCodes, leaveTerminal, watchOutput } from './terminal/terminal.js'

watchOutput()
// This is the exit code if the program ends before its command does.
process.exitCode = 1
// This module must not wait for the command: what a command loads on use may share a file with this module in the bundle,
// and would wait for its end.
void runCommandLine(process.argv.slice(2)).then((code) => {
  process.exitCode = code
  if (code === exitCodes.SIGHUP) leaveTerminal()
})
