/** descent/arrow: Arrow IPC files and streams, as datasets and as batches. */

export { readArrow, streamArrow } from './data/arrow/arrow.js'
export type { ArrowInput } from './data/arrow/input.js'
export type { BatchOptions, ColumnId, TableOptions } from './data/table/options.js'
