/** descent-nn/arrow: reads files and streams in the Arrow IPC format, as datasets or batches. */

export { readArrow, streamArrow } from './readers/arrow/arrow.js'
export type { ArrowInput } from './readers/arrow/input.js'
export type { Shard } from './readers/columns/shard.js'
export type { BatchOptions, ColumnId, TableOptions } from './readers/columns/table-options.js'
export { openArrowTable } from './tables/open-arrow.js'
