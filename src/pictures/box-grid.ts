/** A rectangle in pixels. `right` is the first column to the right of it, and `bottom` is the first row below it. */
export interface Bounds {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Finds the boxes near a place without comparing all of them. Boxes are known by their numbers. */
export interface BoxGrid {
  /** Registers box `number` at this place. A box that has grown is added again, and keeps its number. */
  add(number: number, bounds: Bounds): void
  /**
   * Returns the numbers of all boxes that are at most `across` columns and `down` rows away from this place, each once
   * and in ascending order. May also return boxes that are a little further away.
   */
  near(bounds: Bounds, across: number, down: number): number[]
}

/** @param size the side of a cell of the grid, in pixels; best is about the size of a box */
export function createBoxGrid(size: number): BoxGrid {
  const cells = new Map<string, Set<number>>()
  const cellsOf = ({ left, top, right, bottom }: Bounds): string[] => {
    const keys: string[] = []
    for (let row = Math.floor(top / size); row <= Math.floor(bottom / size); row++) {
      for (let column = Math.floor(left / size); column <= Math.floor(right / size); column++) {
        keys.push(`${column},${row}`)
      }
    }
    return keys
  }
  return {
    add(number, bounds) {
      for (const key of cellsOf(bounds)) {
        const cell = cells.get(key)
        if (cell) cell.add(number)
        else cells.set(key, new Set([number]))
      }
    },
    near({ left, top, right, bottom }, across, down) {
      const found = new Set<number>()
      const reach = { left: left - across, top: top - down, right: right + across, bottom: bottom + down }
      for (const key of cellsOf(reach)) for (const number of cells.get(key) ?? []) found.add(number)
      return [...found].sort((a, b) => a - b)
    },
  }
}
