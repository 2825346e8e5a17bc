import { sizesOf } from '../options/network-options.js'
import { filesOf, readModelFile, requireFormat, writeModelFile } from '../output/model-formats.js'
import { defineCommand } from '../parsing/command.js'
import { checkWritable } from '../run/output.js'
import { print } from '../terminal/terminal.js'

export const convert = defineCommand({
  name: 'convert',
  summary: 'makes a saved network of an ONNX or .npz file, or the other way round',
  operands: '<IN> <OUT>',
  options: {},
  notes: [
    [
      'The endings tell the formats: .onnx; .npz, if descent wrote it; .safetensors, a saved network; OUT may be .js or .mjs as',
      'well, a JavaScript module. For the tensors of other programs there is descent-nn export.',
    ].join('\n'),
  ],
  async run({ operands: [from, to] }) {
    const format = requireFormat(to, 'OUT')
    for (const path of filesOf(to, format)) await checkWritable(path)
    const network = await readModelFile(from)
    await writeModelFile(to, network, format)
    await print(`${to}: ${sizesOf(network)}, ${network.dtype}, as ${format}`)
    return undefined
  },
})
