import { classCount } from '../../base/argmax.js'
import { quoted } from '../../base/printable.js'
import type { Network } from '../../index.js'

/** Returns the name of each class, or its number if the network has no class names. */
export function classNames({ labelNames, description: { layers } }: Network): readonly string[] {
  const { outputs } = layers[layers.length - 1]
  return labelNames?.map(shownName) ?? Array.from({ length: classCount(outputs) }, (_, number) => String(number))
}

/** Writes a name as JSON if it has line ends or invisible characters. */
function shownName(name: string): string {
  return /^\P{C}+$/u.test(name) && name === name.trim() ? name : quoted(name)
}
