import { useState } from 'preact/hooks'
import { messageOf } from '#src/base/errors'
import type { Command, Connection } from '#src/see/protocol'

/** Sends commands to a session, and keeps why the last one was refused. */
export interface Commands {
  /** Undefined if the last command was carried out, or if there was none. */
  readonly refused: string | undefined
  forget(): void
  /** Sends commands one after another, up to the first one that is refused. */
  send(...commands: readonly Command[]): Promise<void>
}

export function useCommands(connection: Connection): Commands {
  const [refused, setRefused] = useState<string>()
  return {
    refused,
    forget: () => setRefused(undefined),
    async send(...commands) {
      try {
        for (const command of commands) await connection.command(command)
        setRefused(undefined)
      } catch (error) {
        setRefused(messageOf(error))
      }
    },
  }
}
