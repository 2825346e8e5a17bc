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
