import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { decimalMarks, delimiters } from '../../base/delimiters.js'
import { inspectValue } from '../../base/errors.js'
import { writeFileAtomic } from '../../base/write-file.js'
import { type AugmentOptions, type Description, ModelError, Network } from '../../index.js'
import { isArray } from '../input/table-readers.js'
import { datasets, type Place } from '../options/data-options.js'
import { shapeOf } from '../options/network-options.js'
import type { Training } from '../options/training-options.js'
import { version } from '../terminal/version.js'
import { isFields, isNumber, readJson, type Sheet, sheetOf } from './json-checks.js'
import { type Run, tryOut } from './run.js'

/** The result of a run. */
export interface Result {
  /** The number of completed epochs. */
  readonly epochs: number
  /** The accuracy of the saved network on the test examples. Left out if the run was stopped. */
  readonly accuracy?: number
  readonly cost?: number
  readonly metrics?: Readonly<Record<string, number>>
  readonly interrupted?: true
}

/** Returns the path of the JSON file that describes the training run: "digits.json" for "digits.safetensors". */
export function descriptionPath(model: string): string {
  return `${model.replace(/\.safetensors$/, '')}.json`
}

/**
 * Atomically writes the JSON file that describes a training run. The file has no times or machine names, so equal runs
 * give equal files.
 * @throws ModelError if the file cannot be written
 */
export async function writeRun(
  path: string,
  run: Run,
  network: Network,
  count: number | undefined,
  result?: Result,
): Promise<void> {
  const fields = { ...fieldsOf(path, run, network, count), ...(result && { result }) }
  await writeFileAtomic(path, [Buffer.from(`${JSON.stringify(fields, null, 2)}\n`)], ModelError)
}

/** Returns the fields of the JSON file that describes the training run. `path` is the path of this file. */
export function fieldsOf(path: string, { dtype, seed, place, training }: Run, network: Network, count?: number) {
  // A relative path in the file is relative to the folder of the file.
  const from = dirname(resolve(path))
  const data = mapPaths(place, (name) => (isAbsolute(name) ? name : relative(from, resolve(name)) || '.'))
  return {
    descent: version,
    format: formatVersion,
    network: network.description,
    dtype,
    seed,
    data: { ...data, ...(count !== undefined && { count }) },
    training,
  }
}

/** The settings of a training run, read from a JSON file, and the version of descent that wrote the file. */
export interface ReadRun {
  readonly run: Run & Required<Pick<Run, 'sizes'>>
  readonly version: string
}

/**
 * Reads the JSON file that describes a training run.
 * @throws ModelError if the file is invalid. The message names the file, the field and the expected value
 */
export async function readRun(path: string): Promise<ReadRun> {
  const sheet = sheetOf(path)
  const fields = sheet.fields('', await readJson(path), required, ['format', 'result'])
  const { format } = fields
  if (format !== formatVersion) {
    const found = format === undefined ? 'no format' : `the format ${inspectValue(format)}`
    throw new ModelError(
      `${path}: the description of a run has ${found}, but this version of descent reads ${formatVersion}: use the version that wrote it, or write the description again`,
    )
  }
  const seed = sheet.whole('seed', fields.seed, 0)
  const dtype = sheet.choice('dtype', fields.dtype, ['float32', 'float64'])
  const { place, count } = dataIn(sheet, fields.data, path)
  const training = trainingIn(sheet, fields.training)
  const network = sheet.library('network', () => {
    if (!isFields(fields.network)) return sheet.fail('network', 'an object with inputs and layers', fields.network)
    return new Network(fields.network as unknown as Description, { dtype, seed, backend: 'typescript' })
  })
  sheet.library('training', () => tryOut(network, training, { place }))
  if (fields.result !== undefined) sheet.fields('result', fields.result, ['epochs'], resultFields)
  if (typeof fields.descent !== 'string') sheet.fail('descent', 'the version that wrote it', fields.descent)
  const { inputs, layers } = network.description
  const sizes = { inputs, outputs: layers[layers.length - 1].outputs }
  const run = { shape: shapeOf(network.description), sizes, dtype, seed, place, ...(count && { count }), training }
  return { run, version: String(fields.descent) }
}

/** Whether a file is JSON that describes a training run. `checkReplaceable` allows only such a file to be replaced. */
export async function isDescription(path: string): Promise<boolean> {
  const fields = await readJson(path).catch(() => undefined)
  return isFields(fields) && required.every((name) => Object.hasOwn(fields, name))
}

/**
 * The version of the JSON format that describes training runs. Files of version 1 have no field `format`, and their
 * cost "cross-entropy" means binary cross-entropy even for softmax outputs.
 */
const formatVersion = 2

const required = ['descent', 'network', 'dtype', 'seed', 'data', 'training']
const resultFields = ['accuracy', 'cost', 'metrics', 'interrupted']

const trainingRequired = ['epochs', 'batchSize', 'learningRate'] satisfies (keyof Training)[]
const trainingOptional = [
  'optimizer',
  'schedule',
  'l1',
  'l2',
  'lambda',
  'maxNorm',
  'clipNorm',
  'clipValue',
  'labelSmoothing',
  'classWeights',
  'earlyStopping',
  'validationShare',
  'metrics',
  'trainingMetrics',
  'shuffle',
  'augmentation',
  'syncEvery',
  'standardize',
] satisfies (keyof Training)[]
const pictureFields = ['shift', 'rotation', 'scale', 'elastic'] satisfies (keyof AugmentOptions)[]

/**
 * Reads the section `training` of a JSON file that describes a training run. Checks only what the library does not
 * check.
 */
function trainingIn(sheet: Sheet, value: unknown): Training {
  const fields = sheet.fields('training', value, trainingRequired, trainingOptional)
  const { lambda, l2, validationShare, augmentation, standardize, classWeights } = fields
  const fail = (field: string, expected: string) => sheet.fail(`training.${field}`, expected, fields[field])
  if (lambda !== undefined && !(isNumber(lambda) && lambda >= 0)) fail('lambda', 'a number of at least 0')
  if (lambda !== undefined && l2 !== undefined) fail('lambda', 'left out if training.l2 is set')
  if (validationShare !== undefined && !(isNumber(validationShare) && validationShare > 0 && validationShare < 1)) {
    fail('validationShare', 'a number above 0 and below 1')
  }
  if (augmentation !== undefined) sheet.fields('training.augmentation', augmentation, [], pictureFields)
  if (standardize !== undefined && typeof standardize !== 'boolean') fail('standardize', 'true or false')
  if (fields.syncEvery !== undefined) sheet.whole('training.syncEvery', fields.syncEvery, 1)
  if (classWeights !== undefined && classWeights !== 'balanced' && !Array.isArray(classWeights)) {
    fail('classWeights', '"balanced" or a list of numbers')
  }
  return fields as unknown as Training
}

/** The fields of a `Place` that contain paths. A `Place` says where examples are read from. */
const pathFields = ['folder', 'table', 'test', 'testLabel', 'database'] as const

/** Returns a copy of `place` in which `map` has replaced each path. */
export function mapPaths<T extends object>(place: T, map: (path: string) => string): T {
  // For .npy files, `label` is the path of a file too.
  const isArrays = 'table' in place && typeof place.table === 'string' && isArray(place.table)
  const isPath = (name: string) => pathFields.some((field) => field === name) || (isArrays && name === 'label')
  const fields = Object.entries(place).map(([name, value]) => [name, isPath(name) ? map(value) : value])
  return Object.fromEntries(fields)
}

const textFields = ['database', 'test', 'testLabel', 'label'] as const
const tableFields = [
  ...textFields,
  'header',
  'delimiter',
  'decimal',
  'labelNames',
  'targets',
  'inputs',
  'bytes',
  'stream',
  'window',
] as const

function dataIn(sheet: Sheet, value: unknown, path: string): { place: Place; count: number | undefined } {
  const places = ['dataset', 'folder', 'table', 'sql']
  // For streamed rows, the field `count` may be missing, because their number may be unknown.
  const counted = isFields(value) && value.stream === true ? [] : ['count']
  const fields = sheet.fields('data', value, counted, ['count', ...places, ...tableFields])
  const count = fields.count === undefined ? undefined : sheet.whole('data.count', fields.count, 1)
  const named = places.filter((name) => fields[name] !== undefined)
  if (named.length !== 1) throw new ModelError(`${path}: data must have one of ${places.join(', ')}`)
  const [name] = named
  if (name === 'dataset') {
    return { place: { dataset: sheet.choice('data.dataset', fields.dataset, datasets) }, count }
  }
  for (const field of [...named, ...textFields]) {
    const text = fields[field]
    if (text === undefined || typeof text === 'string') continue
    sheet.fail(`data.${field}`, field === 'folder' ? 'the path of a folder' : 'a text', text)
  }
  for (const field of ['labelNames', 'targets', 'inputs']) {
    const list = fields[field]
    if (list !== undefined && !(Array.isArray(list) && list.every((one) => typeof one === 'string'))) {
      sheet.fail(`data.${field}`, 'a list of names', list)
    }
  }
  for (const field of ['bytes', 'stream']) {
    const value = fields[field]
    if (value !== undefined && value !== true) sheet.fail(`data.${field}`, 'true or left out', value)
  }
  const { header } = fields
  if (header !== undefined && typeof header !== 'boolean') sheet.fail('data.header', 'true or false', header)
  if (fields.delimiter !== undefined) sheet.choice('data.delimiter', fields.delimiter, delimiters)
  if (fields.decimal !== undefined) sheet.choice('data.decimal', fields.decimal, decimalMarks)
  if (fields.window !== undefined) sheet.whole('data.window', fields.window, 1)
  const { count: _, ...place } = fields
  const from = dirname(path)
  return { place: mapPaths(place as Place, (name) => (isAbsolute(name) ? name : join(from, name))), count }
}
