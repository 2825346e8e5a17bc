/** descent-nn/pictures: finds and reads handwritten digits in photos or scans. It needs the package sharp. */

export { annotate } from './pictures/annotate.js'
export type { Polarity } from './pictures/background.js'
export { type FindOptions, type FoundDigit, type FoundDigits, findDigits } from './pictures/find.js'
export type { Box } from './pictures/raster.js'
export { type Reading, type ReadPicture, readDigits } from './pictures/read.js'
