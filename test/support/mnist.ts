import { readIdxFolder, type TrainTestSplit } from '#src/data/idx-folder'
import { findMnist } from '#src/data/mnist'

/** The folder of MNIST on this machine, if there is one: DESCENT_MNIST or ../shared/data/mnist. */
export const mnistFolder: string | undefined = await findMnist()

let read: Promise<TrainTestSplit> | undefined

export function readMnist(): Promise<TrainTestSplit> {
  if (!mnistFolder) throw new Error('MNIST is not on this machine')
  read ??= readIdxFolder(mnistFolder)
  return read
}
