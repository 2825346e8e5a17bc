/** What the server of the page and the page itself agree on. */

import type { Frame, QuestionName, SessionEvent, State } from './protocol.js'

/** The header with the token that the server's address has in its fragment. */
export const tokenHeader = 'x-descent-token'
/** The header with the id of the page. */
export const pageHeader = 'x-descent-page'
/** The content type of encoded messages. */
export const messageType = 'application/x-descent-message'
/** The largest message of a stream: a state with all its curves, or a frame. */
export const maxStreamMessage = 16 * 2 ** 20

/** A message of the stream. An empty one keeps the connection alive. */
export type StreamMessage =
  | { readonly state: State }
  | { readonly event: SessionEvent }
  | { readonly frame: Frame }
  | Record<string, never>

/** The body of POST /ask. */
export interface AskBody {
  readonly name: QuestionName
  readonly question: unknown
}
