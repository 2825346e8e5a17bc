/** The names of the views, in the order of the page's navigation. */
export const viewNames = [
  'draw',
  'neurons',
  'learning',
  'mistakes',
  'downhill',
  'settling',
  'backpropagation',
  'plane',
  'perceptron',
] as const

export type ViewName = (typeof viewNames)[number]

/** The views whose networks are not that of the session. The controls of its learning are not shown below them. */
export const viewsWithoutTransport: ReadonlySet<ViewName> = new Set(['downhill', 'plane', 'perceptron'])
