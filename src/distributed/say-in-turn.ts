import { printable } from '../base/printable.js'

/**
 * Prints a message of the guard on stderr. Rank 0 does so at once, and then ends the job. The other ranks find the same
 * fault at the same time. They wait, so that they speak only if rank 0 does not have the fault.
 */
export async function sayInTurn(rank: number, message: string | undefined): Promise<void> {
  if (rank > 0) await delay(3000 + 1000 * Math.floor(Math.log2(rank)))
  if (message !== undefined) process.stderr.write(`descent: ${printable(message)}\n`)
  // Some launchers lose what they have not read yet when a job is aborted.
  await delay(200)
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
