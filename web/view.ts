import type { ComponentType } from 'preact'
import type { PaletteName } from '#src/drawing/colors'
import type { Connection, Frame, State } from '#src/see/protocol'
import type { DrawingStore } from './drawing/drawing.js'
import type { Theme } from './theme.js'

/** What every view gets. */
export interface ViewProps {
  readonly connection: Connection
  readonly state: State
  /** The latest parameters. Undefined until the first frame. */
  readonly frame: Frame | undefined
  /** Whether this page may send commands. */
  readonly isWriter: boolean
  readonly palette: PaletteName
  /** The theme that is shown. Pictures of numbers begin with its `surfaces` color of theme.ts. */
  readonly theme: Theme
  /** What is on the pad. */
  readonly drawing: DrawingStore
}

/** A view. Its texts are those of the same name, and the address of the page ends with its name: `#/draw`. */
export type View = ComponentType<ViewProps>
