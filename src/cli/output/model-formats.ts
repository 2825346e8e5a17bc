import { extname } from 'node:path'
import { copyHint, inPlaceHint } from '../../base/write-file.js'
import {
  type LayoutName,
  type LoadOptions,
  loadNpz,
  loadOnnx,
  ModelError,
  Network,
  saveJavaScript,
  saveNpz,
  saveOnnx,
  saveSql,
  tensorsOf,
  writeSafetensors,
} from '../../index.js'
import { listed } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'

/** The formats of exported networks. */
export const exportFormats = ['onnx', 'js', 'safetensors', 'npz', 'sql'] as const
export type ExportFormat = (typeof exportFormats)[number]

const formatsByEnding: Readonly<Record<string, ExportFormat>> = {
  '.onnx': 'onnx',
  '.js': 'js',
  '.mjs': 'js',
  '.safetensors': 'safetensors',
  '.npz': 'npz',
  '.sql': 'sql',
}

/** Returns the format that belongs to the ending of a file, or undefined for other endings. */
export function formatOf(path: string): ExportFormat | undefined {
  return formatsByEnding[extname(path).toLowerCase()]
}

/** Returns the format that belongs to the ending of a file. @throws UsageError if no format belongs to it */
export function requireFormat(path: string, what: string): ExportFormat {
  const format = formatOf(path)
  if (format) return format
  throw new UsageError(`${what} must end with ${listed(Object.keys(formatsByEnding))}, not ${JSON.stringify(path)}`)
}

/** Returns the paths of the files of an exported network. A JavaScript module also gets a file with its types. */
export function filesOf(path: string, format: ExportFormat): readonly string[] {
  return format === 'js' ? [path, path.replace(/\.(m?)js$/, '.d.$1ts')] : [path]
}

/** Reads a saved network, an ONNX file, or an .npz file that descent wrote. */
export function readModelFile(path: string, options: LoadOptions = {}): Promise<Network> {
  const format = formatOf(path)
  if (format === 'npz') return loadNpz(path, options)
  return format === 'onnx' ? loadOnnx(path, options) : Network.load(path, options)
}

/** Writes a network. If a layout is given, tensors get the names and the order that another library expects. */
export async function writeModelFile(
  path: string,
  network: Network,
  format: ExportFormat,
  layout?: LayoutName,
): Promise<void> {
  if (format === 'onnx') return saveOnnx(path, network)
  if (format === 'js') return saveJavaScript(path, network)
  if (format === 'sql') return saveSql(path, network)
  if (format === 'npz') return saveNpz(path, network, { layout: layout ?? 'torch' })
  if (!layout || layout === 'descent') return saveNetwork(path, network)
  return writeSafetensors(path, { tensors: tensorsOf(network, { layout }) })
}

/** Saves a network. The option of `save` that an error may advise does not exist here, so the advice is replaced. */
export async function saveNetwork(path: string, network: Network): Promise<void> {
  await network.save(path).catch((error: unknown) => {
    if (!(error instanceof ModelError)) throw error
    throw new ModelError(error.message.replace(inPlaceHint, copyHint), { cause: error })
  })
}
