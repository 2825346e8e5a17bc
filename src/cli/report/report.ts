import { basename } from 'node:path'
import type { Dataset, Network } from '../../index.js'
import { architecture, heading } from './architecture.js'
import { firstWeights } from './first-weights.js'
import { page } from './page.js'
import { testResults } from './test-results.js'
import { trainingCurves } from './training-curves.js'

export interface ReportOptions {
  /** The path of the model, of which the report shows the name. */
  readonly path: string
  /** The largest number of pictures of weights. */
  readonly pictures: number
  /** The rows on which the network is tested, and their name. */
  readonly test: { readonly rows: Dataset; readonly name: string } | undefined
}

/** Returns a page that shows a network: an HTML file without scripts that needs no other file. */
export async function report(network: Network, { path, pictures, test }: ReportOptions): Promise<string> {
  const results = test ? await testResults(network, test.rows, test.name) : []
  return page(
    `${basename(path)}: a report of descent`,
    heading(path, network),
    architecture(network),
    trainingCurves(network.history),
    firstWeights(network, pictures),
    ...results,
  )
}
