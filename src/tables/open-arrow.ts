import { checkKeys } from '../base/checks.js'
import { openRawArrow } from '../readers/arrow/arrow.js'
import type { ArrowInput } from '../readers/arrow/input.js'
import { schemaKeys } from '../schema/infer-schema.js'
import { type DataTable, type DataTableOptions, withSchema } from './data-table.js'

/**
 * Opens data in the Arrow IPC format as a table, as `openTable` does for files of text. A stream can be read only once.
 * @throws OptionError and DataError as `openTable` does
 */
export async function openArrowTable(
  input: ArrowInput,
  options: DataTableOptions & { readonly signal?: AbortSignal | undefined } = {},
): Promise<DataTable> {
  checkKeys('table', options, [...schemaKeys, 'schema', 'signal'])
  const { signal, ...rest } = options
  return withSchema(await openRawArrow(input, signal), rest)
}
