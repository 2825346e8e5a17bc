import { basename, relative, sep } from 'node:path'

/** How the user called this program, to be shown in commands to try next: "descent", "npx descent", "node dist/bundle/cli/main.js". */
export function invocation(script = process.argv[1] ?? '', folder = process.cwd()): string {
  if (basename(script) === 'main.js') {
    const path = relative(folder, script)
    return `node ${shellWord(path.length < script.length ? path : script)}`
  }
  return script.includes(`node_modules${sep}.bin`) ? 'npx descent' : 'descent'
}

/** A path as it can be typed in a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text}"`
}
