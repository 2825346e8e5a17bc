/** Set-up talks on stderr, so that the output of `npm start` is the program's own. @param {string} text */
export function say(text) {
  for (const line of text.trimEnd().split('\n')) console.error(`descent: ${line}`)
}

/** "a, b and c" @param {string[]} items */
export function listed(items) {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** A sentence ends with one full stop, whatever it quotes. @param {string} text */
export function sentence(text) {
  const trimmed = text.trim().replace(/\s+/g, ' ')
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** The end of a log: enough to see what went wrong. @param {string} log */
export function tail(log, lines = 25) {
  return log.trimEnd().split('\n').slice(-lines).join('\n')
}
