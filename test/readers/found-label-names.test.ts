import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type Dataset, findLabelNames, readCsv, readNdjson, streamCsv } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const textOf = (labels: readonly (string | number)[]) =>
  `x,kind\n${labels.map((label, i) => `${i},${label}`).join('\n')}\n`
const csv = (labels: readonly (string | number)[]) => Readable.from([textOf(labels)])

describe('findLabelNames', () => {
  it('numbers labels as labelsFrom does, in one reading', async () => {
    const found = findLabelNames()
    const rows = await readCsv(csv(['oak', 'elm', '"ash, ""white"""', 'oak']), { label: 'kind', labelNames: found })
    expect([...(rows.labels ?? [])]).toEqual([0, 1, 2, 0])
    expect(found.names).toEqual(['oak', 'elm', 'ash, "white"'])
    expect(found.sort(rows.labels)).toEqual(['ash, "white"', 'elm', 'oak'])
    expect([...(rows.labels ?? [])]).toEqual([2, 1, 0, 2])
  })

  it('keeps class numbers, in whatever order they appear', async () => {
    const found = findLabelNames()
    const lines = Readable.from([[10, 2, 10, 0].map((kind) => `{"x":1,"kind":${kind}}\n`).join('')])
    const rows = await readNdjson(lines, { label: 'kind', labelNames: found })
    expect(found.sort(rows.labels)).toBeUndefined()
    expect([...(rows.labels ?? [])]).toEqual([10, 2, 10, 0])
  })

  it('finds them in batches, and in a second table', async () => {
    const found = findLabelNames()
    const batches: Dataset[] = []
    for await (const batch of streamCsv(csv(['b', 'c', 'b']), { label: 'kind', labelNames: found, batchSize: 2 })) {
      batches.push(batch)
    }
    batches.push(await readCsv(csv(['a', 'c']), { label: 'kind', labelNames: found }))
    const labels = Int32Array.from(batches.flatMap((batch) => [...(batch.labels ?? [])]))
    expect(found.sort(labels)).toEqual(['a', 'b', 'c'])
    expect([...labels]).toEqual([1, 2, 1, 0, 2])
  })

  it('refuses a value that is not a name, and too many names, with the place', async () => {
    const says = async (labels: readonly (string | number)[], sentence: string) => {
      const path = join(folder, 'labels.csv')
      writeFileSync(path, textOf(labels))
      const options = { label: 'kind', labelNames: findLabelNames() }
      expect(await failure(readCsv(path, options))).toBe(`DataError: ${path}, line ${sentence}`)
    }
    await says(['a', ''], '3, column "kind" (1): the label is empty: every row must have a class')
    const many = Array.from({ length: 10_001 }, (_, i) => i)
    await says(
      many,
      '10002, column "kind" (1): the label "10000" is one too many: at most 10000 different labels can be classes',
    )
    const lines = Readable.from(['{"x":1,"kind":null}\n'])
    expect(await failure(readNdjson(lines, { label: 'kind', labelNames: findLabelNames() }))).toBe(
      'DataError: the stream, line 1, "kind": the label null is not a class name',
    )
  })
})
