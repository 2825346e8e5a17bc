import { basename, relative, sep } from 'node:path'

/**
 * Returns the command with which the user called this program, so that messages can suggest commands to type. Examples
 * are "descent-nn", "npx descent-nn" and "node dist/bundle/cli/main.js".
 */
export function invocation(script = process.argv[1] ?? '', folder = process.cwd()): string {
  if (basename(script) === 'main.js') {
    const path = relative(folder, script)
    return `node ${shellWord(path.length < script.length ? path : script)}`
  }
  return script.includes(`node_modules${sep}.bin`) ? 'npx descent-nn' : 'descent-nn'
}

/** Quotes a word for the shell if needed, with single quotes, or with double quotes on Windows. */
export function shellWord(text: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text}"`
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
