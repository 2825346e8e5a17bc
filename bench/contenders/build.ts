import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the programs of peers in other languages lie. */
export const sourceFolder = fileURLToPath(new URL('../../bench/peers', import.meta.url))

/** Compiles a program on bare OpenBLAS for this very machine. @throws Error with what the compiler said */
export function buildProgram(name: string, { compiler, scratch }: { compiler: string; scratch: string }): string {
  const built = join(scratch, name)
  const flags = [
    '-O3',
    '-march=native',
    '-ffast-math',
    join(sourceFolder, `${name}.c`),
    '-o',
    built,
    '-lopenblas',
    '-lm',
  ]
  try {
    execFileSync(compiler, flags, { stdio: 'pipe' })
  } catch (error) {
    throw new Error(`${compiler} does not build it: ${causeOf(error)}`)
  }
  return built
}

/** What a compiler said of its error, or why it could not be started. */
function causeOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr ?? '') : ''
  return said.split('\n').find((line) => /error|cannot/.test(line)) ?? reasonOf(error)
}

/** The first line of an error's message. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]
}
