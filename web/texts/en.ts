import { showNumber } from '../charts/show-number.js'
import type { Place } from '../views/downhill/landscape.js'
import type { Lesson } from '../views/perceptron/festival.js'
import type { Problem } from '../views/plane/read-table.js'

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
    cost: 'cost',
    weight: 'weight',
    weightNumber: (number: number) => `weight ${number}`,
    play: 'Let it roll',
    pause: 'Pause',
    oneStep: 'One step',
    again: 'Back to the start',
    rate: 'Learning rate',
    stepColumn: 'Step',
    shown: 'Shown',
    table: 'The numbers of each step',

    slope: 'One weight: a slope',
    slopeSentence:
      'This network has a single weight. Each step moves the weight against the slope: the learning rate says how far.',
    slopeLabel: 'The cost over the weight, with a ball at the weight of the network',
    slopeColumn: 'Slope',
    costCurve: 'the cost at each weight',
    ball: 'The ball: arrow keys or dragging put it on another weight',
    ballMark: 'the network now: drag it, or use the arrow keys',
    ballAt: (weight: number, cost: number) => `weight ${showNumber(weight)}, cost ${showNumber(cost)}`,
    tangentMark: 'the slope of the cost',
    arrowMark: 'the next step',
    trailMark: 'the steps so far',
    rates: {
      crawl: 'Crawl',
      settle: 'Settle',
      overshoot: 'Overshoot',
      diverge: 'Diverge',
    },
    neuron: 'Neuron',
    parabola: 'linear: the slope is a parabola',
    plateau: 'tanh: flat where it is saturated',
    slopeNumbers: (steps: number, place: Place, rate: number) =>
      `Step ${steps}: the weight is ${showNumber(place.weights[0])}, the cost ${showNumber(place.cost)}, ` +
      `and the slope ${showNumber(place.gradient[0])}. The next step is −${showNumber(rate)} × the slope = ` +
      `${showNumber(-rate * place.gradient[0])}.`,
    rolls: {
      start: 'The ball waits.',
      crawls: 'It crawls: each step lowers the cost only a little.',
      rolls: 'It rolls down: the steps get shorter as the slope gets flatter.',
      overshoots: 'It overshoots: it jumps over the lowest point, but lands lower each time.',
      diverges: 'It diverges: it jumps so far that it lands higher than before.',
      settled: 'It has settled: here is no slope any more.',
    },

    valley: 'Two weights: a valley',
    valleySentence:
      'Plain descent goes to and fro across the valley. Momentum keeps its speed, and Adam gives each weight its own pace.',
    valleyLabel: 'The cost over two weights as contours, with the paths of three optimizers',
    runners: { descent: 'plain descent', momentum: 'with momentum', adam: 'Adam' },
    runnerColumns: (name: string) => [`${name}: weights`, `${name}: cost`],
    momentum: 'Momentum',
    adamRate: 'Learning rate of Adam',
    startMark: 'start: drag it, or use the arrow keys',
    startAt: (first: number, second: number, cost: number) =>
      `weights ${showNumber(first)} and ${showNumber(second)}, cost ${showNumber(cost)}`,
    landscape: 'Landscape',
    longValley: 'a long valley: a linear neuron with two inputs',
    twoValleys: 'two valleys: a tanh neuron and a linear neuron',
    raceOver: (ends: readonly { readonly steps: number; readonly cost: number }[]) =>
      `They have stopped. Plain descent: cost ${showNumber(ends[0].cost)} after ${ends[0].steps} steps. With ` +
      `momentum: ${showNumber(ends[1].cost)} after ${ends[1].steps}. Adam: ${showNumber(ends[2].cost)} after ${ends[2].steps}.`,

    slice: 'The real cost: a slice through your network',
    sliceSentence: (parameters: number) =>
      `The network of this page has ${parameters.toLocaleString('en')} weights and biases. No picture has as many ` +
      'directions, so two random ones are shown: each moves all weights at once.',
    takeSlice: 'Compute a slice',
    sliceAgain: 'Compute a new slice here',
    sliceWaits: (points: number) => `The library computes the cost at ${points} places. This takes some seconds.`,
    sliceFailed: (message: string) => `There is no slice: ${message}`,
    sliceLabel: 'The cost of the network over two random directions as contours',
    direction: (number: number) => `direction ${number}`,
    thenMark: 'the network when the slice was computed',
    nowMark: 'the network now',
    movedMark: 'how it has moved, as seen from this plane',
    sliceHint:
      'Let the network learn in the view “Learning, live” and come back: the disc moves away from the cross. Most of its ' +
      'way leads out of this plane, so the disc moves little. Length 1 is as long as the weights themselves.',
    moved: (before: number, now: number, distance: number, height: number) =>
      `Cost on these rows: ${showNumber(before)} at the cross, ${showNumber(now)} now. The weights have moved by ` +
      `${showNumber(distance)}; they are ${showNumber(height)} away from this plane.`,
    costAlong: (number: number) => `Cost along direction ${number}`,
    sliceTable: 'The numbers along both axes',
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
    data: 'Points',
    presets: {
      clusters: 'two clusters',
      circle: 'circle',
      xor: 'XOR',
      spirals: 'spirals',
      empty: 'none: draw your own',
    },
    ownData: 'your table',
    play: 'Learn',
    pause: 'Pause',
    oneEpoch: 'One epoch',
    again: 'Start again',
    status: (epochs: number, cost: number | undefined, accuracy: number | undefined) =>
      cost === undefined
        ? 'There are no points to learn from.'
        : `${epochs} epochs: cost ${showNumber(cost)}` +
          (accuracy === undefined ? '' : `, ${showNumber(100 * accuracy)} % right`),
    failed: (message: string) => `Learning has stopped: ${message}`,
    plane: 'The plane',
    network: 'The network',
    pictureLabel: 'The points of the plane, and what the network answers everywhere',
    classOne: 'class 1',
    classZero: 'class 0',
    wrongMark: 'wrong answer',
    boundaryMark: 'boundary: the output is one half',
    colors: (one: string, zero: string) =>
      `The color of the plane is the output: full color is sure of ${one} or of ${zero}, no color is undecided.`,
    tool: 'A click or the Enter key',
    add: (name: string) => `adds ${name}`,
    remove: 'removes the nearest point',
    keys: 'In the plane, the arrow keys move a cursor (with Shift in long strides), Enter uses it, and Delete removes.',
    cursor: 'Cursor in the plane',
    cursorAt: (x: number, y: number) => `${showNumber(x)}, ${showNumber(y)}`,
    added: (name: string, x: number, y: number, count: number) =>
      `Added ${name} at ${showNumber(x)}, ${showNumber(y)}. There are ${count} points.`,
    removed: (count: number) => `Removed a point. There are ${count} points.`,
    inputs: 'inputs',
    output: 'output',
    layerShort: (layer: number) => `layer ${layer}`,
    neuronName: (layer: number, neuron: number) => `neuron ${layer}.${neuron}`,
    positiveWeight: 'positive weight: the thicker, the larger',
    negativeWeight: 'negative weight',
    maps: 'Each small picture is the whole plane as one neuron sees it. Choose a neuron to change its weights and its bias.',
    weightFrom: (source: string) => `weight of ${source}`,
    bias: 'bias',
    curveLabel: 'The cost after each epoch',
    cost: 'cost',
    epoch: 'epoch',
    learningRate: 'Learning rate',
    pace: 'Speed',
    paces: { slow: 'slow', medium: 'medium', fast: 'fast' },
    activation: 'Activation of the hidden neurons',
    layers: 'Hidden layers',
    neuronsOf: (layer: number) => `Neurons of layer ${layer}`,
    seed: 'Seed',
    sameSeed: 'The same seed gives the same points, the same first weights, and the same run.',
    table: 'All weights and biases as numbers',
    ownPoints: 'Use your own points',
    ownSentence:
      'Paste a table (CSV), or open a file. It needs two columns of numbers, and one column with two different classes. ' +
      'Nothing leaves this page.',
    paste: 'Table',
    openFile: 'Open a file',
    columnRoles: { x: 'to the right', y: 'upwards', label: 'class' },
    takePoints: (count: number) => `Show ${count} points`,
    fileTooLarge: (bytes: number, limit: number) =>
      `The file has ${bytes.toLocaleString('en')} bytes; expected at most ${limit.toLocaleString('en')}.`,
    problem: (problem: Problem): string => {
      switch (problem.kind) {
        case 'no rows':
          return 'The table has no rows; expected a line for each point.'
        case 'columns':
          return `The first line has ${problem.found} columns; expected at least 3: two of numbers and one of classes.`
        case 'cells':
          return `Line ${problem.line} has ${problem.found} cells; expected ${problem.expected}, as in the first line.`
        case 'open quote':
          return `The row of line ${problem.line} has a quoted cell that is never closed.`
        case 'after quote':
          return `Line ${problem.line}: expected a delimiter after the closing quote, found “${problem.text}”.`
        case 'number':
          return `Line ${problem.line}, column “${problem.column}”: expected a number, found “${problem.text}”.`
        case 'classes':
          return `Column “${problem.column}” has ${problem.found} different texts; expected 2, one for each class.`
        case 'too many':
          return `The table has ${problem.found} rows; expected at most ${problem.limit}.`
      }
    },
  },

  perceptron: {
    title: 'Perceptron',
    sentence: 'A perceptron weighs what speaks for and against, and compares the sum with a threshold.',
    question:
      'Do I go to the festival? Good weather matters most, a friend who comes along and public transport matter less. ' +
      'I go if the sum of what is true today is above my threshold.',
    weights: 'How much it matters',
    reasons: { weather: 'good weather', friend: 'a friend comes along', transport: 'public transport' },
    shortReasons: { weather: 'weather', friend: 'friend', transport: 'transport' },
    threshold: 'Threshold',
    choosy: 'Choosy: threshold 5',
    eager: 'Eager: threshold 3',
    today: 'Today',
    answer: 'The answer',
    pictureLabel: 'Three inputs with their weights, the sum beside the threshold, and the answer',
    times: (weight: number, input: number) => `${showNumber(weight)} × ${input}`,
    compare: (sum: number, threshold: number, step: 0 | 1) =>
      step === 1
        ? `The sum is ${showNumber(sum)}, which is above the threshold ${showNumber(threshold)}: go.`
        : `The sum is ${showNumber(sum)}, which is not above the threshold ${showNumber(threshold)}: stay.`,
    speaksFor: 'speaks for going: the thicker, the more it matters',
    speaksAgainst: 'speaks against',
    silent: 'not true today: counts 0',
    cases: 'All eight cases',
    shown: 'Shown',
    sum: 'Sum',
    isAbove: (threshold: number) => `Above ${showNumber(threshold)}?`,
    step: 'Perceptron',
    sigmoid: 'Sigmoid',
    yes: 'yes',
    no: 'no',
    go: 'go',
    stay: 'stay',
    caseName: (inputs: readonly number[]) =>
      inputs.every((input) => input === 0)
        ? 'nothing speaks for it'
        : ['weather', 'friend', 'transport'].filter((_, i) => inputs[i] === 1).join(', '),
    curves: 'Step beside sigmoid',
    curvesSentence:
      'A perceptron jumps from no to yes at its threshold. A sigmoid neuron with the same weights goes from 0 to 1 ' +
      'smoothly, so a small change of a weight changes its output a little. That is why it can learn by small steps.',
    chartLabel: 'The outputs of the perceptron and of the sigmoid neuron over the sum',
    sumAxis: 'sum',
    outputAxis: 'output',
    cursor: 'The case that is shown: arrow keys go to the next sum',
    cursorText: (sum: number, step: number, sigmoid: number, inputs: readonly number[]) =>
      `inputs ${inputs.join(', ')}: sum ${showNumber(sum)}, perceptron ${step}, sigmoid neuron ${sigmoid.toFixed(3)}`,
    stepCurve: 'perceptron (step)',
    sigmoidCurve: 'sigmoid neuron',
    thresholdLine: 'threshold',
    caseMarks: 'the eight cases on both curves',
    cursorMark: 'the case that is shown',
    openMark: 'at the threshold itself, the perceptron still stays',
    sharpness: 'Sharpness of the sigmoid',
    sharpnessSentence:
      'The sharpness multiplies the weights and the threshold of the sigmoid neuron. The sharper it is, the more it is like the step.',
    teach: 'Let it learn the weights',
    teachSentence:
      'Say what you would do in each case. The perceptron rule starts with weights of 0 and corrects them after each mistake.',
    wanted: 'Go if these are true',
    learn: 'Learn the weights',
    exclusive: 'Try: weather or friend, but not both',
    lesson: ({ weights, threshold, converged, epochs, mistakes, wrong }: Lesson) =>
      converged
        ? `Learned in ${epochs} epochs with ${mistakes} corrections: weights ${weights.map(showNumber).join(', ')}, ` +
          `threshold ${showNumber(threshold)}. The sliders above show them.`
        : `No weights give these answers: after ${epochs} epochs, the best ones are wrong in ${wrong} of 8 cases. One ` +
          'neuron draws one straight boundary, and these cases need more.',
  },
}

export type Texts = typeof english
