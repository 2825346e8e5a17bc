/** The words of the page in English. */
export const english = {
  page: {
    locale: 'en-US',
    title: 'descent',
    description: 'Draw a digit, watch a neural network read it, and watch it learn.',
    language: 'Language',
    languageName: 'English',
    theme: 'Colors of the page',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    palette: 'Colors of numbers',
    palettes: { 'blue-orange': 'Blue and orange', 'green-red': 'Green and red' },
    views: 'Views',
    skip: 'Skip to the view',
    starting: 'The network is being made …',
    lost: 'The connection to the server is lost. The page tries again.',
    ended: 'If the server was started again, open the address that it printed.',
    watching: 'Another tab controls the network. This one watches.',
    takeOver: 'Take control',
    problem: 'That did not work:',
    dismiss: 'Close',
    here: 'in this page',
    onServer: 'on the server',
    speed: (examples: string) => `${examples} examples a second`,
    shape: (layers: string, parameters: string) => `${layers}, ${parameters} parameters`,
    data: (name: string, training: string, test: string) => `${name}: ${training} to learn from, ${test} to test`,
  },

  transport: {
    title: 'Learning',
    play: 'Learn',
    pause: 'Pause',
    step: 'Learn from one …',
    steps: { example: 'example', batch: 'batch', epoch: 'epoch' },
    pace: 'Pace',
    fullSpeed: 'Full speed',
    batchesPerSecond: (batches: string) => `${batches} batches a second`,
    startOver: 'Start over',
    newNetwork: 'New network …',
    compare: 'Compare engines',
    timeline: 'Timeline: go back to an earlier moment',
    start: 'Not trained',
    moment: (epoch: string, batches: string) => `Epoch ${epoch}, after ${batches} batches`,
    position: (epoch: string, done: string, rows: string) => `Epoch ${epoch}: ${done} of ${rows}`,
    phases: { idle: 'Ready to learn', learning: 'Learning', paused: 'Paused', finished: 'Finished' },
  },

  newNetwork: {
    title: 'A new network',
    sentence: 'It starts with random weights and has learned nothing.',
    hidden: 'Neurons in hidden layers',
    hiddenHint: 'For example 30, or 100 30',
    activation: 'Hidden activation',
    output: 'Output activation',
    cost: 'Cost',
    seed: 'Seed',
    learningRate: 'Learning rate',
    batchSize: 'Batch size',
    epochs: 'Epochs',
    l2: 'L2 penalty',
    shuffledLabels: 'Shuffle the labels: nothing to learn but noise',
    make: 'Make it',
    cancel: 'Cancel',
    demo: 'Load the trained network',
  },

  comparison: {
    title: 'Two engines, one network',
    sentence: 'Both learn from the same examples with the same seed and settings, each as fast as it can.',
    start: 'Start both',
    end: 'End',
    starting: 'The engine of this page is starting …',
    speed: 'Examples a second',
    best: 'fastest',
    agree: (batches: string, difference: string) =>
      `After ${batches} batches no parameter differs by more than ${difference}.`,
    noMoment: 'Whether their parameters agree can be said when both have reached the same moment.',
    otherData: 'The page can draw digits itself, but it does not have the data of the server.',
    notNew: 'The network of the server was not made from settings that the page could use too.',
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
