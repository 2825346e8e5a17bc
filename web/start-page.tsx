import { render } from 'preact'
import { App } from './app.js'

/** Draws the page. */
export function startPage(): void {
  const root = document.getElementById('page')
  if (!root) throw new Error('the page has no element with the id "page"')
  render(<App />, root)
}
