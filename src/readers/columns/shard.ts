import { checkInteger, checkKeys } from '../../base/checks.js'
import { DataError, OptionError, optionError } from '../../base/errors.js'

/**
 * One of `count` parts into which the rows of a file are divided, so that several processes can read different rows of
 * it. The parts are disjoint, and together they have all rows, each once and in the order of the file.
 */
export interface Shard {
  /** The part to read: a whole number from 0 to `count` - 1. Such a number is the rank of a communicator. */
  readonly index: number
  /** The number of parts, such as the size of a communicator. */
  readonly count: number
}

/** @throws OptionError unless the shard has a count of at least 1 and an index below it */
export function checkShard(shard: Shard): void {
  if (typeof shard !== 'object' || shard === null) throw optionError({ shard }, 'an object { index, count }')
  checkKeys('shard', shard, ['index', 'count'])
  checkInteger({ 'shard.count': shard.count }, 1)
  checkInteger({ 'shard.index': shard.index }, 0, shard.count - 1)
}

/** Returns the error for a source, or for a shard of it, that has no rows. */
export function noRows(source: string, shard: Shard | undefined): DataError {
  const what = shard ? `: shard ${shard.index} of ${shard.count}` : ''
  return new DataError(`${source}${what} has no rows`)
}

/** Returns the error for a shard of a stream, which would have to be read twice: once to find its size, once for rows. */
export function shardOfStream(): OptionError {
  return new OptionError('shard needs the path of a file: the size of a stream is unknown before its end', {
    option: 'shard',
  })
}
