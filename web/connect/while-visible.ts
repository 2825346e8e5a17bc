import type { Connection } from '#src/see/protocol'

/** Whether the page can be seen. The browser's `document` is one. */
export interface Visibility {
  readonly hidden: boolean
  addEventListener(type: 'visibilitychange', listener: () => void): void
  removeEventListener(type: 'visibilitychange', listener: () => void): void
}

/**
 * Returns a connection that watches only while the page can be seen, so that hidden tabs cost the session nothing. A page
 * that can be seen again begins with a new state.
 */
export function watchWhileVisible(connection: Connection, page: Visibility): Connection {
  return {
    id: connection.id,
    command: (command) => connection.command(command),
    ask: (name, question) => connection.ask(name, question),
    watch(watcher) {
      let end: (() => void) | undefined
      function follow(): void {
        if (page.hidden) {
          end?.()
          end = undefined
        } else {
          end ??= connection.watch(watcher)
        }
      }
      page.addEventListener('visibilitychange', follow)
      follow()
      return () => {
        page.removeEventListener('visibilitychange', follow)
        end?.()
        end = undefined
      }
    },
  }
}
