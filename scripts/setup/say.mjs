/** Prints to stderr, so that stdout of `npm start` has only the program's output. @param {string} text */
export function say(text) {
  for (const line of text.trimEnd().split('\n')) console.error(`descent: ${line}`)
}

/** "a, b and c" @param {string[]} items */
export function listed(items) {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** Ends the text with exactly one full stop. @param {string} text */
export function sentence(text) {
  const trimmed = text.trim().replace(/\s+/g, ' ')
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** The end of a log, long enough to show what went wrong. @param {string} log */
export function tail(log, lines = 25) {
  return log.trimEnd().split('\n').slice(-lines).join('\n')
}
