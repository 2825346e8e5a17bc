import { render } from 'preact'
import { connectToServer } from '#src/see/server-connection'
import { randomId } from '#src/see/session'
import { App } from './app.js'
import { readFragment } from './connect/address.js'
import { takeToken } from './connect/take-token.js'
import { watchWhileVisible } from './connect/while-visible.js'
import { connectToWorker } from './connect/worker.js'
import { createDrawingStore } from './drawing/drawing.js'
import { createStore } from './store.js'
import './styles.css'

/** The numbers of digits that the page draws for a session of its own. */
const ownDigits = { training: 6000, test: 1000 }

/**
 * Draws the page. It shows the session of the server that gave it a token, or else a session of its own, whose network is
 * trained, so that it reads the first digit that somebody draws.
 */
export async function startPage(): Promise<void> {
  const root = document.getElementById('page')
  if (!root) throw new Error('the page has no element with the id "page"')
  const token = takeToken()
  // The address of a server that was started again differs only after the #, so the browser does not load the page again.
  addEventListener('hashchange', () => {
    if (readFragment(location.hash).token) location.reload()
  })
  const id = randomId()
  const whole =
    token === undefined
      ? await connectToWorker({ id, digits: ownDigits, isTrained: true })
      : connectToServer({ origin: location.origin, token }, id)
  const connection = watchWhileVisible(whole, document)
  const store = createStore(connection, requestAnimationFrame)
  render(
    <App connection={connection} store={store} drawing={createDrawingStore()} isOnServer={token !== undefined} />,
    root,
  )
}
