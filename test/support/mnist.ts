import { readIdxFolder, type TrainTestSplit } from '#src/data/idx-folder'
import { findMnist } from '#src/data/mnist'

/** The folder of MNIST on this machine, if there is one: DESCENT_MNIST or ../shared/data/mnist. */
export const mnistFolder: string | undefined = await findMnist()
/** For the titles of tests that are skipped without MNIST: the reason. Empty if MNIST is there. */
export const noMnist = mnistFolder ? '' : ' [no MNIST here: set DESCENT_MNIST]'

let read: Promise<TrainTestSplit> | undefined

export function readMnist(): Promise<TrainTestSplit> {
  if (!mnistFolder) throw new Error('MNIST is not on this machine')
  read ??= readIdxFolder(mnistFolder)
  return read
}
