import type { ComponentType } from 'preact'
import type { PaletteName } from '#src/drawing/colors'
import type { Connection, Frame, State } from '#src/see/protocol'

/** What every view gets. */
export interface ViewProps {
  readonly connection: Connection
  readonly state: State
  /** The latest parameters. Undefined until the first frame. */
  readonly frame: Frame | undefined
  /** Whether this page may send commands. */
  readonly isWriter: boolean
  readonly palette: PaletteName
}

/** A view: its name in the address of the page, and its component. Its texts are those of the same name. */
export interface View {
  readonly name: ViewName
  readonly component: ComponentType<ViewProps>
}

export type ViewName =
  | 'draw'
  | 'neurons'
  | 'learning'
  | 'mistakes'
  | 'downhill'
  | 'settling'
  | 'backpropagation'
  | 'plane'
  | 'perceptron'
