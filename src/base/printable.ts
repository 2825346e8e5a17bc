/**
 * The characters that a terminal obeys instead of showing them: control characters, characters that reverse the
 * direction of reading, and the line separators of Unicode.
 */
const unprintable = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Replaces control characters by escapes such as \u001b, so that a text cannot command the terminal that shows it. */
export function onOneLine(text: string): string {
  return text.replace(unprintable, escapeOf)
}

/** Replaces control characters by escapes such as \u001b, but keeps line feeds and tabs. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) =>
    character === '\n' || character === '\t' ? character : escapeOf(character),
  )
}

/** Writes a text as a string of JSON, in which control characters are escapes. */
export function quoted(text: string): string {
  return onOneLine(JSON.stringify(text))
}
