import type { EarlyStopping, MetricName } from '../../index.js'
import { nameKind, numberKind, orNone, wholeKind, yesOrNo } from '../parsing/option-parsers.js'
import { readSettings, type SettingKinds, splitSettings, typedWithSettings } from '../parsing/settings.js'
import { refuseValue, UsageError } from '../parsing/usage-error.js'

/** What can be set of early stopping besides the epochs that it waits. */
export const stoppingSettings: SettingKinds = {
  monitor: nameKind(),
  'min-delta': numberKind('of at least 0'),
  'restore-best': yesOrNo,
}

const patienceKind = orNone(wholeKind(1))

/** What was typed instead of what stood before. @throws UsageError */
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

/** Early stopping looks at a metric that is told. @throws UsageError */
export function checkMonitor(stopping: EarlyStopping | undefined, metrics: readonly MetricName[] = []): void {
  const { monitor } = stopping ?? {}
  const known = ['cost', 'accuracy', ...metrics]
  if (monitor === undefined || known.includes(monitor)) return
  throw new UsageError(
    `--early-stopping waits for a better ${monitor}, which no epoch tells: it must be one of ${known.join(', ')}, or be in --metrics`,
  )
}

/** "5:monitor=cost" */
export function typedStopping({ patience = 10, ...settings }: EarlyStopping): string {
  return typedWithSettings(String(patience), settings)
}
