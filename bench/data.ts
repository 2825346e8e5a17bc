import { type Dataset, digits, findMnist, mnist } from 'descent-nn'
import { fullPlan, smokePlan } from './cases.js'

/** Reads MNIST if it is on this machine, and draws digits if it is not. The smoke test always draws a few digits. */
export async function findData(smoke: boolean): Promise<{ name: string; training: Dataset; test: Dataset }> {
  if (!smoke && (await findMnist())) return { name: 'MNIST', ...(await mnist()) }
  const { examples, rows } = smoke ? smokePlan : fullPlan
  const [training, test] = [await digits({ count: examples, seed: 1 }), await digits({ count: rows, seed: 2 })]
  const name = `${examples} drawn digits`
  return { name: smoke ? `${name}, too few for meaningful figures` : name, training, test }
}
