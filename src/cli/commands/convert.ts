import { sizesOf } from '../options/network-options.js'
import { filesOf, readModelFile, requireFormat, writeModelFile } from '../output/model-formats.js'
import { defineCommand } from '../parsing/command.js'
import { checkWritable } from '../run/output.js'
import { print } from '../terminal/terminal.js'

export const convert = defineCommand({
  name: 'convert',
  summary: 'converts between saved networks, ONNX and .npz files',
  operands: '<IN> <OUT>',
  options: {},
  notes: [
    [
      'The file endings give the formats: .onnx; .npz, if descent wrote it; .safetensors, a saved network; OUT may also be .js or',
      '.mjs, a JavaScript module. To write tensors for other programs, use descent-nn export.',
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
