import { type Dataset, digits, findMnist, mnist } from 'descent-nn'
import { fullPlan, smokePlan } from './cases.js'

/** MNIST where it is, otherwise drawn digits: of the same size. Few of them where it is only to be seen that all works. */
export async function findData(smoke: boolean): Promise<{ name: string; training: Dataset; test: Dataset }> {
  if (!smoke && (await findMnist())) return { name: 'MNIST', ...(await mnist()) }
  const { examples, rows } = smoke ? smokePlan : fullPlan
  const [training, test] = [await digits({ count: examples, seed: 1 }), await digits({ count: rows, seed: 2 })]
  const name = `${examples} drawn digits`
  return { name: smoke ? `${name}, so few that the figures mean nothing` : name, training, test }
}
