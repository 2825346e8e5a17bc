import { sizesOf } from '../options/network-options.js'
import { exportFormats, filesOf, readModelFile, requireFormat, writeModelFile } from '../output/model-formats.js'
import { defineCommand } from '../parsing/command.js'
import { oneOf } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { checkNotRead, checkWritable } from '../run/output.js'
import { print } from '../terminal/terminal.js'

export const exportModel = defineCommand({
  name: 'export',
  summary: 'writes a saved network for other programs: ONNX, a JavaScript module, safetensors, .npz or SQL',
  operands: '<MODEL> <FILE>',
  options: {
    format: {
      kind: oneOf(...exportFormats),
      meaning: 'onnx, js, safetensors, npz or sql (default: by the ending of FILE)',
    },
    layout: {
      kind: oneOf('torch', 'keras', 'sklearn', 'descent'),
      meaning: 'for safetensors and npz: torch (default), keras, sklearn or descent',
    },
  },
  notes: [
    [
      'A JavaScript module needs no package and has its types beside it, in FILE.d.ts or FILE.d.mts. Safetensors and npz',
      'have the names and the order of PyTorch, Keras or scikit-learn; descent is that of a saved network. Networks in npz can be',
      'read by "descent-nn convert" and "descent-nn predict". SQL is one statement for DuckDB, of a network that learned from a',
      'table by name. See docs/guides/models.md.',
    ].join('\n'),
  ],
  async run({ operands: [model, file], format = requireFormat(file, 'FILE'), layout }) {
    if (layout && format !== 'safetensors' && format !== 'npz') {
      throw new UsageError(`--layout is for safetensors and npz, not for ${format}`)
    }
    await checkNotRead({ option: 'FILE', path: file }, [{ option: 'MODEL', path: model }])
    for (const path of filesOf(file, format)) await checkWritable(path)
    const network = await readModelFile(model)
    await writeModelFile(file, network, format, layout ?? 'torch')
    await print(`${file}: ${sizesOf(network)}, ${network.dtype}, as ${format}`)
    return undefined
  },
})
