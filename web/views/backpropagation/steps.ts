/** A step of the lesson: the example goes forward layer by layer, and its error backward layer by layer. */
export type Step =
  | { readonly kind: 'inputs' }
  | { readonly kind: 'forward'; readonly layer: number }
  | { readonly kind: 'backward'; readonly layer: number }
  | { readonly kind: 'slopes' }

/** Returns all steps for a network with this number of layers. */
export function stepsOf(layers: number): Step[] {
  const all = Array.from({ length: layers }, (_, layer) => layer)
  return [
    { kind: 'inputs' },
    ...all.map((layer) => ({ kind: 'forward', layer }) as const),
    ...all.reverse().map((layer) => ({ kind: 'backward', layer }) as const),
    { kind: 'slopes' },
  ]
}

/** What is drawn of a layer after a step. */
export interface Drawn {
  readonly hasActivations: boolean
  readonly hasErrors: boolean
  /** What the lines to the layer before show. */
  readonly lines: 'none' | 'signals' | 'errors' | 'slopes'
}

/** Returns what is drawn of a layer after a step. The lines between two layers show what passes there now. */
export function drawnAfter(step: Step, layer: number): Drawn {
  switch (step.kind) {
    case 'inputs':
      return { hasActivations: false, hasErrors: false, lines: 'none' }
    case 'forward': {
      const hasActivations = layer <= step.layer
      return { hasActivations, hasErrors: false, lines: hasActivations ? 'signals' : 'none' }
    }
    case 'backward': {
      const hasPassedBack = layer > step.layer
      return { hasActivations: true, hasErrors: layer >= step.layer, lines: hasPassedBack ? 'errors' : 'signals' }
    }
    case 'slopes':
      return { hasActivations: true, hasErrors: true, lines: 'slopes' }
  }
}
