import type { EarlyStopping, MetricName } from '../../index.js'
import { nameKind, numberKind, oneOf, orNone, wholeKind, yesOrNo } from '../parsing/option-parsers.js'
import { readSettings, type SettingKinds, splitSettings, typedWithSettings } from '../parsing/settings.js'
import { refuseValue, UsageError } from '../parsing/usage-error.js'

/** The settings of early stopping, apart from its patience. */
export const stoppingSettings: SettingKinds = {
  monitor: nameKind(),
  'min-delta': numberKind('of at least 0'),
  'restore-best': yesOrNo,
  ties: oneOf('first', 'last'),
}

const patienceKind = orNone(wholeKind(1))

/**
 * Returns the settings of early stopping. `text` is the value of --early-stopping, such as "5:monitor=cost", or "none".
 * Settings that are missing in `text` are taken from the --from file (`before`).
 * @throws UsageError if the text is invalid
 */
export function readEarlyStopping(
  text: string | undefined,
  before: EarlyStopping | undefined,
): EarlyStopping | undefined {
  if (text === undefined) return before
  const typed = splitSettings(text)
  const patience = patienceKind.read(typed.head)
  if (patience === undefined) return refuseValue('--early-stopping', patienceKind.expected, typed.head)
  const settings = readSettings('early-stopping', typed, patience === 'none' ? {} : stoppingSettings)
  return patience === 'none' ? undefined : { ...before, ...settings, patience }
}

/**
 * Checks that early stopping monitors the cost, the accuracy or one of the `metrics`. @throws UsageError if it does not
 */
export function checkMonitor(stopping: EarlyStopping | undefined, metrics: readonly MetricName[] = []): void {
  const { monitor } = stopping ?? {}
  const known = ['cost', 'accuracy', ...metrics]
  if (monitor === undefined || known.includes(monitor)) return
  throw new UsageError(
    `--early-stopping monitors ${monitor}, which no epoch reports: it must be one of ${known.join(', ')}, or be in --metrics`,
  )
}

/** Returns the settings as the user would type them: "5:monitor=cost". */
export function typedStopping({ patience = 10, ...settings }: EarlyStopping): string {
  return typedWithSettings(String(patience), settings)
}
