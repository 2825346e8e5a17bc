import type { View } from '../view.js'
import { BackpropagationView } from './backpropagation/backpropagation.js'
import { DownhillView } from './downhill/downhill.js'
import { DrawView } from './draw/draw.js'
import { LearningView } from './learning/learning.js'
import { MistakesView } from './mistakes/mistakes.js'
import { NeuronsView } from './neurons/neurons.js'
import { PerceptronView } from './perceptron/perceptron.js'
import { PlaneView } from './plane/plane.js'
import { SettlingView } from './settling/settling.js'

/** The views in the order of the page's navigation. */
export const views: readonly View[] = [
  { name: 'draw', component: DrawView },
  { name: 'neurons', component: NeuronsView },
  { name: 'learning', component: LearningView },
  { name: 'mistakes', component: MistakesView },
  { name: 'downhill', component: DownhillView },
  { name: 'settling', component: SettlingView },
  { name: 'backpropagation', component: BackpropagationView },
  { name: 'plane', component: PlaneView },
  { name: 'perceptron', component: PerceptronView },
]
