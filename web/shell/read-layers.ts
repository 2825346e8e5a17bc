/** Returns the numbers of neurons that the user wrote, or undefined if the text has anything else. */
export function readLayers(text: string): number[] | undefined {
  const parts = text.split(/[\s,;，、-]+/).filter((part) => part !== '')
  const sizes = parts.map(Number)
  return sizes.every((size) => Number.isInteger(size) && size > 0) ? sizes : undefined
}
