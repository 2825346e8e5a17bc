/** Prints to stderr, so that stdout of `npm start` has only the output of the training. @param {string} text */
export function say(text) {
  for (const line of text.trimEnd().split('\n')) console.error(`descent: ${line}`)
}

/** Joins the items as in "a, b and c". @param {string[]} items */
export function listed(items) {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** Puts a text on one line, and adds a period unless it ends with ".", "!" or "?". @param {string} text */
export function sentence(text) {
  const trimmed = text.trim().replace(/\s+/g, ' ')
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** Returns the last lines of a log, which usually show what went wrong. @param {string} log */
export function tail(log, lines = 25) {
  return log.trimEnd().split('\n').slice(-lines).join('\n')
}
