import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder with the sources of the contenders in C and Python. */
export const sourceFolder = fileURLToPath(new URL('../../bench/peers', import.meta.url))

/**
 * Compiles a C program for this processor and links it with OpenBLAS. Returns the path of the compiled program.
 *
 * @throws Error with the compiler's message if the program cannot be compiled
 */
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
    throw new Error(`${compiler} cannot compile ${name}.c: ${causeOf(error)}`)
  }
  return built
}

/** Returns the compiler's error message, or the reason why the compiler could not be started. */
function causeOf(error: unknown): string {
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr ?? '') : ''
  return output.split('\n').find((line) => /error|cannot/.test(line)) ?? reasonOf(error)
}

/** Returns the first line of an error's message. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]
}
