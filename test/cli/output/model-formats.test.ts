import promises from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { writeModelFile } from '#src/cli/output/model-formats'
import { Network } from '#src/index'
import { failure, temporaryFolder } from '../../support/files.js'

it('a network that cannot be saved in one step has an advice that the command line can follow', async () => {
  const path = join(temporaryFolder(), 'model.safetensors')
  const network = new Network([2, 3], { backend: 'typescript' })
  await writeModelFile(path, network, 'safetensors')
  const mounted = Object.assign(new Error('EBUSY: refused'), { code: 'EBUSY' })
  const rename = vi.spyOn(promises, 'rename').mockRejectedValueOnce(mounted)
  expect(await failure(writeModelFile(path, network, 'safetensors'))).toBe(
    `ModelError: cannot write ${path}: it is mounted and cannot be replaced: mount its folder instead, or write to another folder and copy the file`,
  )
  rename.mockRestore()
})
