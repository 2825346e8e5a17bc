import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type DescentError, ModelError } from '../index.js'
import { isDescription } from './run-description.js'

/** A place that cannot take the network must not come to light after it has learned. */
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

/** The description of a run takes the place of another one, but of no other file that has its name. */
export async function checkReplaceable(path: string, option: '--output' | '--checkpoint' = '--output'): Promise<void> {
  await checkWritable(path)
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (isThere && !(await isDescription(path))) {
    throw new ModelError(
      `cannot write ${path}, where the run is described: the file there is something else; move it, or take another ${option}`,
    )
  }
}
