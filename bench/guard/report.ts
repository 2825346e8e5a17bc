import type { Judgment } from './statistics.js'

export interface Line {
  readonly name: string
  readonly result: Judgment | { readonly skipped: string }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** Formats the results of `npm run guard` as a Markdown table. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(({ name, result }) => {
    if ('skipped' in result) return `| ${name} | | | | skipped: ${result.skipped} |`
    const { ratio, noise, limit, verdict } = result
    return `| ${name} | ${ratio.toFixed(3)} | ${percent(noise)} | ${limit.toFixed(3)} | ${verdict} |`
  })
  return ['| case | head / base | noise | fails above | verdict |', '| --- | ---: | ---: | ---: | --- |', ...rows].join(
    '\n',
  )
}

/** Returns the exit code of `npm run guard`: 1 if a case is slower than with the base commit, and 0 if not. */
export function exitCodeOf(lines: readonly Line[]): number {
  return lines.some(({ result }) => 'verdict' in result && result.verdict === 'slower') ? 1 : 0
}
