import { typedName } from './command.js'
import type { Kind } from './option-parsers.js'
import { UsageError } from './usage-error.js'

/** Maps the command-line name of each setting to the `Kind` object that parses its values. */
export type SettingKinds = Readonly<Record<string, Kind<number | string | boolean>>>

/** The values of the settings that the user typed. The keys are the names of the settings in the library. */
export type Settings = Readonly<Record<string, number | string | boolean>>

/** The parts of a text such as "step:epochs=5,factor=0.5": the head "step", and the settings after the colon. */
export interface WithSettings {
  readonly head: string
  readonly tail: string | undefined
}

export function splitSettings(text: string): WithSettings {
  const colon = text.indexOf(':')
  return colon < 0 ? { head: text, tail: undefined } : { head: text.slice(0, colon), tail: text.slice(colon + 1) }
}

/** Converts a name on the command line, such as "weight-decay", to the name in the library, "weightDecay". */
export function libraryName(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/**
 * Parses the settings of a text such as "step:epochs=5,factor=0.5". Some settings can also be set by an option of their
 * own, such as --warm-up. `others` contains the values of these options.
 * @throws UsageError if a setting is unknown, invalid or set twice. The message names the setting
 */
export function readSettings(
  option: string,
  { head, tail }: WithSettings,
  kinds: SettingKinds,
  others: Readonly<Record<string, unknown>> = {},
): Settings {
  if (tail === undefined) return {}
  const place = `--${option} ${head}`
  const names = Object.keys(kinds)
  const known = `Its settings: ${names.join(', ')}`
  if (names.length === 0) throw new UsageError(`${place} has no settings, found ${JSON.stringify(tail)}`)
  const settings: Record<string, number | string | boolean> = {}
  for (const part of tail.split(',')) {
    const [name, ...rest] = part.split('=')
    const text = rest.join('=')
    if (part === '')
      throw new UsageError(`${place} needs a setting after each colon and comma, such as ${names[0]}=VALUE`)
    if (!Object.hasOwn(kinds, name)) {
      throw new UsageError(`${place} has no setting ${name}. ${known}`)
    }
    if (rest.length === 0) throw new UsageError(`${place}:${name} needs a value: ${head}:${name}=VALUE`)
    const setting = libraryName(name)
    if (Object.hasOwn(settings, setting)) throw new UsageError(`${place}:${name} is set twice`)
    if (others[setting] !== undefined) {
      throw new UsageError(`--${name} and ${place}:${name} exclude each other: they set the same`)
    }
    const { expected, read } = kinds[name]
    const value = read(text)
    if (value === undefined) throw new UsageError(`${place}:${name} must be ${expected}, not ${JSON.stringify(text)}`)
    settings[setting] = value
  }
  return settings
}

/** Joins a name and its settings to a text such as "step:epochs=5,factor=0.5", as the user would type it. */
export function typedWithSettings(head: string, settings: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(settings).map(([name, value]) => {
    const text = value === true ? 'yes' : value === false ? 'no' : String(value)
    return `${typedName(name)}=${text}`
  })
  return parts.length === 0 ? head : `${head}:${parts.join(',')}`
}

/**
 * Returns lines such as "  adam: beta1, beta2, epsilon". Optimizers or schedules with the same settings share one line.
 */
export function settingsList(table: Readonly<Record<string, SettingKinds>>): string {
  const lines = new Map<string, string[]>()
  for (const [name, kinds] of Object.entries(table)) {
    const settings = Object.keys(kinds)
      .filter((setting) => setting !== 'warm-up')
      .join(', ')
    if (settings !== '') lines.set(settings, [...(lines.get(settings) ?? []), name])
  }
  return [...lines].map(([settings, names]) => `  ${names.join(', ')}: ${settings}`).join('\n')
}
