import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type DescentError, ModelError } from '../../index.js'
import { UsageError } from '../parsing/usage-error.js'
import { isDescription } from './run-description.js'

/** The path of a file, and the command-line option or argument that gives it, such as "--data" or "MODEL". */
export interface TypedPath {
  readonly option: string
  readonly path: string
}

/** @throws UsageError if the output is the same file as one of the inputs, even if the paths differ */
export async function checkNotRead(output: TypedPath, inputs: readonly TypedPath[]): Promise<void> {
  const written = await identityOf(output.path)
  if (written === undefined) return
  for (const { option, path } of inputs) {
    if ((await identityOf(path)) !== written) continue
    const names = `${output.option} ${output.path} and ${option} ${path}`
    throw new UsageError(
      `${names} are the same file, which would be overwritten: name another file for ${output.option}`,
    )
  }
}

/** Returns a value that is equal for all paths of the same file. Undefined if there is no file. */
async function identityOf(path: string): Promise<string | undefined> {
  const file = await stat(path, { bigint: true }).catch(() => undefined)
  return file && `${file.dev}:${file.ino}`
}

/** Checks that a file can be written, before its content is computed. @throws a `Failure` if it cannot be written */
export async function checkWritable(
  path: string,
  Failure: new (message: string) => DescentError = ModelError,
): Promise<void> {
  const fail = (reason: string): never => {
    throw new Failure(`cannot write ${path}: ${reason}`)
  }
  const folder = dirname(path)
  const [place, file] = await Promise.all([folder, path].map((name) => stat(name).catch(() => undefined)))
  if (!place?.isDirectory()) fail(`there is no folder ${folder}`)
  await access(folder, constants.W_OK).catch(() => fail(`no permission to create a file in ${folder}`))
  if (!file) return
  if (!file.isFile()) fail(`it is ${file.isDirectory() ? 'a folder' : 'not a regular file'}`)
  await access(path, constants.W_OK).catch(() => fail('the file is protected against writing'))
}

/**
 * Checks that the JSON file that describes a training run can be written to this path. An existing file may be replaced
 * only if it also describes a training run.
 * @throws ModelError if the path cannot be written, or if its file must not be replaced
 */
export async function checkReplaceable(path: string, option: '--output' | '--checkpoint' = '--output'): Promise<void> {
  await checkWritable(path)
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (isThere && !(await isDescription(path))) {
    throw new ModelError(
      `cannot write the description of the run: ${path} exists and is not a description; move it, or use another ${option}`,
    )
  }
}
