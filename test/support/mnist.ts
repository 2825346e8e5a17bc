import { readIdxFolder, type TrainTestSplit } from '#src/data/idx-folder'
import { findMnist } from '#src/data/mnist'

/** Where MNIST lies on this machine, if it does: ../shared/data/mnist or DESCENT_MNIST. */
export const mnistFolder: string | undefined = await findMnist()

let read: Promise<TrainTestSplit> | undefined

export function readMnist(): Promise<TrainTestSplit> {
  if (!mnistFolder) throw new Error('MNIST is not on this machine')
  read ??= readIdxFolder(mnistFolder)
  return read
}
