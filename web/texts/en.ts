/** The words of the page in English. */
export const english = {
  page: {
    title: 'descent',
    language: 'Language',
    theme: 'Colors of the page',
  },

  draw: {
    title: 'Draw and read',
    sentence: 'Draw a digit: the network sees 784 pixels, and the brightest of its ten outputs is its answer.',
  },

  neurons: {
    title: 'What a neuron looks for',
    sentence:
      'Each picture is what one hidden neuron has learned to look for: blue pixels speak for it, orange against.',
  },

  learning: {
    title: 'Learning, live',
    sentence: 'Each batch moves all weights a little downhill, so the cost falls and the pictures take shape.',
  },

  mistakes: {
    title: 'Worst mistakes',
    sentence: 'Each cell counts digits of one kind that were read as another: open a cell to see them.',
  },

  downhill: {
    title: 'Downhill',
    sentence: 'Gradient descent is a ball that rolls down the slope of the cost.',
  },

  settling: {
    title: 'Settling',
    sentence: 'A network that finds a pattern moves its weights less and less. Without a pattern it does not settle.',
  },

  backpropagation: {
    title: 'Backpropagation',
    sentence: 'The error at the output runs backwards through the network and says how each weight must change.',
  },

  plane: {
    title: 'Two inputs',
    sentence: 'With two inputs you can see all that a network knows: where it draws the line between two classes.',
  },

  perceptron: {
    title: 'Perceptron',
    sentence: 'A perceptron weighs what speaks for and against, and compares the sum with a threshold.',
  },
}

export type Texts = typeof english
