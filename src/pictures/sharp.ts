import { DescentError } from '../base/errors.js'

type Sharp = typeof import('sharp').default

/** The library that reads and writes picture files, loaded when it is needed. @throws DescentError where it is missing */
export async function loadSharp(): Promise<Sharp> {
  try {
    return (await import('sharp')).default
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
    const reason = missing ? 'which is not installed' : `which cannot be loaded (${firstLine(cause)})`
    throw new DescentError(`reading pictures needs the package sharp, ${reason}: npm install sharp`, { cause })
  }
}

/** Of what libvips says, which may go on for lines about the same damage. */
export function firstLine(error: unknown): string {
  const [line] = (error instanceof Error ? error.message : String(error)).trim().split('\n')
  return line
}
