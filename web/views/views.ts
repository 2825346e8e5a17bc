import type { View } from '../view.js'
import type { ViewName } from '../view-names.js'
import { BackpropagationView } from './backpropagation/backpropagation.js'
import { DownhillView } from './downhill/downhill.js'
import { DrawView } from './draw/draw.js'
import { LearningView } from './learning/learning.js'
import { MistakesView } from './mistakes/mistakes.js'
import { NeuronsView } from './neurons/neurons.js'
import { PerceptronView } from './perceptron/perceptron.js'
import { PlaneView } from './plane/plane.js'
import { SettlingView } from './settling/settling.js'

export const views: Record<ViewName, View> = {
  draw: DrawView,
  neurons: NeuronsView,
  learning: LearningView,
  mistakes: MistakesView,
  downhill: DownhillView,
  settling: SettlingView,
  backpropagation: BackpropagationView,
  plane: PlaneView,
  perceptron: PerceptronView,
}
