import type { AnswerOf, Settings } from '#src/see/protocol'

type Movement = AnswerOf<'movement'>

/** The movement of a run that learned something: with the true labels, or with shuffled ones. */
export interface Run {
  readonly settings: Settings
  readonly epochs: Float64Array
}

export interface Runs {
  readonly true: Run | undefined
  readonly shuffled: Run | undefined
}

export const noRuns: Runs = { true: undefined, shuffled: undefined }

/**
 * Remembers the movement of a run beside that of the run with the other labels. A run whose other settings differ is
 * forgotten, because the two could not be compared.
 */
export function remember(runs: Runs, { settings, epochs }: Movement): Runs {
  if (!settings || epochs.length === 0) return runs
  const run = { settings, epochs }
  const other = settings.shuffledLabels ? runs.true : runs.shuffled
  const kept = other && isSameBesideLabels(other.settings, settings) ? other : undefined
  return settings.shuffledLabels ? { true: kept, shuffled: run } : { true: run, shuffled: kept }
}

function isSameBesideLabels(a: Settings, b: Settings): boolean {
  const withoutLabels = (settings: Settings) => {
    const entries = Object.entries({ ...settings, shuffledLabels: false })
    return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  return withoutLabels(a) === withoutLabels(b)
}
