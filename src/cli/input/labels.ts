import type { Network } from '../../index.js'

/** What each class is called: by its name where the network has names, or else by its number. */
export function classNames({ labelNames, description: { layers } }: Network): readonly string[] {
  const count = layers[layers.length - 1].outputs
  return labelNames?.map(onOneLine) ?? Array.from({ length: count }, (_, number) => String(number))
}

/** A name that would not be one line, or could not be seen, as JSON writes it. */
function onOneLine(name: string): string {
  return /^\P{C}+$/u.test(name) && name === name.trim() ? name : JSON.stringify(name)
}
