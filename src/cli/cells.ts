/** The cells of a line of CSV (RFC 4180), of which quoted ones may hold separators and doubled quotes, but no end of line. */
export function splitCells(line: string, separator = ','): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim())
  const cells: string[] = []
  const cell = new RegExp(`\\s*(?:"((?:[^"]|"")*)"|([^${separator}]*))\\s*(${separator}|$)`, 'y')
  for (;;) {
    const found = cell.exec(line)
    // A quote that does not end: what follows is one cell.
    if (!found) return [...cells, line.slice(cell.lastIndex).trim()]
    const [, quoted, plain = '', end] = found
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'))
    if (end === '') return cells
  }
}
