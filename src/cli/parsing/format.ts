/** Formats a count: "60,000". */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** Formats a fraction as a percentage: "92.31%". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`
}

/** Formats a time in seconds: "0.52 s", "4.1 s", "128 s". */
export function duration(seconds: number): string {
  return `${seconds.toFixed(seconds < 1 ? 2 : seconds < 100 ? 1 : 0)} s`
}

/** Formats the number of correct predictions: "9,231 of 10,000 right (92.31%)". */
export function score({ correct, rows }: { correct: number | undefined; rows: number }): string {
  if (correct === undefined) return `${count(rows)} rows`
  return `${count(correct)} of ${count(rows)} right (${percent(correct / rows)})`
}

/** Formats rows as lines of text. The first column is aligned to the left, and all other columns to the right. */
export function table(rows: readonly (readonly string[])[], gap = '  '): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join(gap)
        .trimEnd(),
    )
    .join('\n')
}

/** Formats each pair of a name and a text as a line. The texts are aligned. */
export function columns(rows: readonly (readonly [string, string])[], indent = ''): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${indent}${name.padEnd(width)}  ${text}`).join('\n')
}
