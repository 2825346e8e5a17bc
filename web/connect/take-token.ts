import { viewNames } from '../view-names.js'
import { fragmentOf, readFragment } from './address.js'

const key = 'descent-token'

/**
 * Returns the token of the server, and removes it from the address, where others could read it. A reload finds it in the
 * memory of the tab. Where the tab has none, the token stays in the address. Undefined if no server gave one.
 */
export function takeToken(): string | undefined {
  const { view, token } = readFragment(location.hash)
  try {
    if (!token) return sessionStorage.getItem(key) ?? undefined
    sessionStorage.setItem(key, token)
    history.replaceState(null, '', `${location.pathname}${location.search}${fragmentOf(view ?? viewNames[0])}`)
  } catch {
    // The browser gives the page no memory.
  }
  return token
}
