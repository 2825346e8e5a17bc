/** How a sentence about an unknown name ends: ": did you mean --epochs?", or "." where no name is near. */
export function suggestion(typed: string, names: readonly string[]): string {
  const [nearest] = names
    .map((name) => ({ name, distance: name.startsWith(typed) ? 1 : distance(typed, name) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return nearest ? `: did you mean ${nearest.name}?` : '.'
}

/** How many letters must be inserted, removed, replaced or swapped with a neighbor (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(replaced, last[j] + 1, row[j - 1] + 1)
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    before = last
    last = row
  }
  return last[b.length]
}
