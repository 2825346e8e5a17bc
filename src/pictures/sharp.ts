import { DescentError } from '../base/errors.js'

type Sharp = typeof import('sharp').default

/** Loads sharp, the library that reads and writes picture files. @throws DescentError if sharp cannot be loaded */
export async function loadSharp(): Promise<Sharp> {
  try {
    return (await import('sharp')).default
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
    const reason = missing ? 'which is not installed' : `which cannot be loaded (${firstLine(cause)})`
    throw new DescentError(`reading pictures needs the package sharp, ${reason}: npm install sharp`, { cause })
  }
}

/** Returns only the first line of an error's message, because libvips may report the same damage in many lines. */
export function firstLine(error: unknown): string {
  const [line] = (error instanceof Error ? error.message : String(error)).trim().split('\n')
  return line
}
