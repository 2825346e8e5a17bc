import { shortNumberText } from '#src/drawing/number-text'
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
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    palette: 'Colors of numbers',
    palettes: { 'blue-orange': 'Blue and orange', 'green-red': 'Green and red' },
    views: 'Views',
    tutorial: 'Tutorial',
    starting: 'The network is being made …',
    lost: 'The connection to the server is lost. The page tries again.',
    ended: 'If the server was started again, open the address that it printed.',
    watching: 'Another tab controls the network. This one watches.',
    watchingTerminal: 'The terminal controls this run. The page watches.',
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
    position: (epoch: string, done: string, rows: string, epochs: string | undefined) =>
      `Epoch ${epoch}${epochs === undefined ? '' : ` of ${epochs}`}: ${done} of ${rows}`,
    ended: (epoch: string) => `The run ended with epoch ${epoch}. Learn begins another run; a step adds one epoch.`,
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
    fastest: 'fastest',
    agree: (batches: string, difference: string) =>
      `After ${batches} batches no parameter differs by more than ${difference}.`,
    costs: (epoch: string, server: string, page: string) =>
      `The mean cost in epoch ${epoch} was ${server} on the server and ${page} in this page.`,
    noMoment: 'Whether their parameters agree can be said when both have reached the same moment.',
    otherData: 'The page can draw digits itself, but it does not have the data of the server.',
    notNew: 'The network of the server was not made from settings that the page could use too.',
  },

  pad: {
    label: 'Drawing pad',
    helpTitle: 'How to draw',
    help: 'Draw with a finger, a pen or a mouse. By keyboard: the arrow keys move the pen, with Shift in larger steps, and the space bar puts it down or lifts it.',
    penDown: 'The pen is down.',
    penUp: 'The pen is lifted.',
    eraser: 'Eraser',
    clear: 'Clear',
    example: 'Next example',
    noise: 'Noise',
    like: 'Which digits has this network learned from? Drawings are placed as those are.',
    kinds: { mnist: 'MNIST or similar', digits: 'digits that descent draws' },
    exampleLabel: 'This example is labeled',
    center: 'Center the drawing',
    centerHelp:
      'As MNIST was made: the longest side is 20 pixels, and the center of mass (the cross on the pad) is in the middle. Without it, even a good network looks stupid.',
  },

  outputs: {
    title: 'Outputs',
    output: 'Output',
    answer: 'The answer is',
  },

  draw: {
    title: 'Draw and read',
    sentence: 'Draw a digit: the network sees only pixels, and the brightest of its outputs is its answer.',
    sentenceRow: 'Change the numbers of a row: the network computes its outputs from nothing else.',
    untrained: 'This network has not learned anything yet: its answers are guesses. Press Learn below, and draw again.',
    padTitle: 'Draw',
    rowTitle: 'The inputs',
    exampleRow: 'Next row of the test data',
    inData: 'In the data:',
    networkTitle: 'The network',
    networkLabel: 'The network: inputs, layers of neurons, and the connections that carry most. The numbers are below.',
    legendPicture: 'What the network sees: the drawing as pixels',
    legendNeuron: 'A neuron: the fuller the color, the larger its activation',
    legendPositive: 'A connection that excites: weight × activation is positive',
    legendNegative: 'A connection that inhibits: weight × activation is negative',
    legendEllipsis: 'Neurons that are not drawn',
    layerByLayer: 'Show it layer by layer',
    numbers: 'The numbers of all neurons',
    layer: 'Layer',
    neuron: 'Neuron',
    input: 'Input',
  },

  neurons: {
    title: 'What a neuron looks for',
    sentence: (positive: string, negative: string) =>
      `Each picture is what one neuron has learned to look for: ${positive} inputs speak for it, ${negative} ones against it.`,
    sentenceRow: (positive: string, negative: string) =>
      `Each bar is a weight: a large input speaks for the neuron where it is ${positive}, and against it where it is ${negative}.`,
    colorNames: { 'blue-orange': ['blue', 'orange'], 'green-red': ['green', 'red'] },
    layer: 'Layer',
    layerName: (layer: string, neurons: string) => `Layer ${layer}, ${neurons} neurons`,
    outputLayer: (neurons: string) => `Outputs, ${neurons} neurons`,
    minusStart: 'Minus the starting values',
    minusStartHelp:
      'What learning has changed. Inputs that are never used keep their random start, so they become blank.',
    scale: 'Weights of this layer',
    gallery: 'The neurons of this layer. Arrow keys choose one.',
    neuron: (number: string) => `Neuron ${number}`,
    first: (shown: string, all: string) => `The first ${shown} of ${all} neurons`,
    weights: 'Weights',
    evidence: 'Weight × input, for the drawing',
    evidenceScale: 'Weight × input',
    positive: 'For',
    negative: 'Against',
    bias: 'Bias',
    sum: 'Sum z',
    activation: 'Activation a',
    brightest: 'The nine test examples that light it most',
    brightestItem: (label: string, activation: string) => `${label}: a = ${activation}`,
    row: (number: string) => `Row ${number}`,
    evidenceRow: 'With the first row of the test data:',
    draw: 'Change the drawing',
    drawHelp: 'Erase a part that speaks for the answer, or ink one that speaks against it.',
    noFrame: 'The network is so large that only the weights of the first layer are shown.',
    input: 'Input',
    fromNeuron: 'From neuron',
    weight: 'Weight',
    table: 'The weights as numbers',
  },

  learning: {
    title: 'Learning, live',
    sentence: 'Each batch moves all weights a little downhill, so the cost falls and the pictures take shape.',
    cost: 'Cost',
    accuracy: 'Accuracy',
    costTitle: 'Cost while it learns',
    accuracyTitle: 'Accuracy on the test examples, after each epoch',
    costEpochs: 'Cost after each epoch',
    batches: 'Batches',
    epoch: 'Epoch',
    batchCost: 'Cost of the training batches',
    smoothCost: 'The same, smoothed: a mean in which older batches count less',
    trainingCost: 'Training cost (mean over the epoch)',
    testCost: 'Test cost',
    testAccuracy: 'Test accuracy',
    smooth: 'Smooth the cost',
    costText: (batches: string, cost: string) => `After ${batches} batches: cost ${cost}`,
    epochText: (epoch: string, values: string) => `Epoch ${epoch}: ${values}`,
    nothing: 'Nothing yet: press Learn below.',
    noEpoch: 'The first point comes at the end of the first epoch.',
    goToMoment: 'Go to this moment',
    laterCost: 'Cost later than now',
    laterAccuracy: 'Accuracy later than now',
    laterHint: 'The network is set back. What came later is gone as soon as it learns on from here.',
    laterText: (text: string) => `${text} (later than the network is now)`,
    pictures: 'Weights of the first layer',
    table: 'The numbers of the epochs',
    now: 'Now',
    best: 'Best',
  },

  mistakes: {
    title: 'Worst mistakes',
    sentence: 'Each cell counts rows of one kind that were read as another: open a cell to see them, the surest first.',
    evaluate: 'Evaluate again',
    right: (share: string, rows: string, cost: string) =>
      `${share} of ${rows} test rows are right. Mean cost: ${cost}.`,
    result: (rows: string, cost: string) => `${rows} test rows. Mean cost: ${cost}.`,
    betweenEpochs: 'While the network learns, this page evaluates it after each epoch.',
    tableLabel: 'Confusion table',
    tableCaption: 'Rows: what it is. Columns: what the network answered.',
    tableKeys: 'Arrow keys move, Enter opens a cell.',
    corner: 'is \\ read as',
    sum: 'Sum',
    recall: 'Recall',
    precision: 'Precision',
    measures: 'Recall: the share of a kind that was recognized. Precision: the share of an answer that was right.',
    cellLabel: (label: string, answer: string, count: number, share: string) =>
      `${label} read as ${answer}: ${count}, ${share} of all ${label}`,
    rightScale: 'right answers, from none to all of a row',
    wrongScale: (share: string) => `wrong answers, from none to ${share} of a row`,
    cell: (label: string, answer: string, count: number) => `${label} read as ${answer}: ${count}`,
    all: (count: number) => `All mistakes: ${count}`,
    showAll: 'Show all mistakes',
    rightCell: 'These were read rightly. Open a cell beside the diagonal to see mistakes.',
    emptyCell: 'There are no such mistakes.',
    shown: (shown: number, count: number) => `The surest ${shown} of ${count}, the surest first.`,
    more: 'Show more',
    notKept: 'The session keeps the 500 surest mistakes of all cells, so the others are not here.',
    barsLegend:
      'The bars are the activations of the outputs. Underlined: what it is. The other colored bar: the answer.',
    card: (label: string, answer: string, sureness: string) => `${label} read as ${answer} at ${sureness}`,
    row: (index: number) => `test row ${index}`,
    pictureLabel: (index: number, label: string, answer: string) => `Test row ${index}: ${label}, read as ${answer}`,
    numbers: 'Numbers',
    output: 'Output',
    activation: 'Activation',
    rowsLabel: 'Wrongly classified rows',
    rowNumber: 'Test row',
    label: 'Is',
    answer: 'Read as',
    sureness: 'Activation',
    input: (number: number) => `Input ${number}`,
    moreInputs: (shown: number, inputs: number) => `The first ${shown} of ${inputs} inputs.`,
    errorsLabel: 'Largest errors',
    errorsCaption: 'The test rows with the largest errors. The error is the output minus the target.',
    outputColumn: 'Output',
    target: 'Target',
    error: 'Error',
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
    ballAt: (weight: number, cost: number) => `weight ${shortNumberText(weight)}, cost ${shortNumberText(cost)}`,
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
      `Step ${steps}: the weight is ${shortNumberText(place.weights[0])}, the cost ${shortNumberText(place.cost)}, ` +
      `and the slope ${shortNumberText(place.gradient[0])}. The next step is −${shortNumberText(rate)} × the slope = ` +
      `${shortNumberText(-rate * place.gradient[0])}.`,
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
      `weights ${shortNumberText(first)} and ${shortNumberText(second)}, cost ${shortNumberText(cost)}`,
    landscape: 'Landscape',
    longValley: 'a long valley: a linear neuron with two inputs',
    twoValleys: 'two valleys: a tanh neuron and a linear neuron',
    raceOver: (ends: readonly { readonly steps: number; readonly cost: number }[]) =>
      `They have stopped. Plain descent: cost ${shortNumberText(ends[0].cost)} after ${ends[0].steps} steps. With ` +
      `momentum: ${shortNumberText(ends[1].cost)} after ${ends[1].steps}. Adam: ${shortNumberText(ends[2].cost)} after ${ends[2].steps}.`,

    slice: 'The real cost: a slice through your network',
    sliceSentence: (parameters: number) =>
      `The network of this page has ${parameters.toLocaleString('en')} weights and biases. No picture has as many ` +
      'directions, so two random ones are shown: each moves all weights at once.',
    takeSlice: 'Compute a slice',
    sliceAgain: 'Compute a new slice here',
    sliceLearn: { batch: 'Learn one batch', epoch: 'Learn one epoch' },
    sliceWaits: (points: number) => `The library computes the cost at ${points} places. This takes some seconds.`,
    sliceGone: 'The slice is gone: the network was replaced, or another tab has computed a slice. Compute a new one.',
    sliceFailed: (message: string) => `There is no slice: ${message}`,
    sliceLabel: 'The cost of the network over two random directions as contours',
    direction: (number: number) => `direction ${number}`,
    thenMark: 'the network when the slice was computed',
    nowMark: 'the network now',
    movedMark: 'how it has moved, as seen from this plane',
    sliceHint:
      'Let the network learn: the disc moves away from the cross. Most of its way leads out of this plane, so the disc ' +
      'moves little. Length 1 is as long as the weights themselves.',
    moved: (before: number, now: number, distance: number, height: number) =>
      `Cost on these rows: ${shortNumberText(before)} at the cross, ${shortNumberText(now)} now. The weights have moved by ` +
      `${shortNumberText(distance)}; they are ${shortNumberText(height)} away from this plane.`,
    costAlong: (number: number) => `Cost along direction ${number}`,
    sliceTable: 'The numbers along both axes',
  },

  settling: {
    title: 'Settling',
    sentence: 'A network that finds a pattern moves its weights less and less. Without a pattern it does not settle.',
    makeNetwork: 'Make 784-15-10 (11,935 parameters)',
    learnAgain: 'Learn from the start',
    shuffle: 'Shuffle the labels',
    shuffleHelp:
      'With shuffled labels, each picture has the label of another one, so there is nothing to find. The switch starts a new network with the same seed. Learn with both to compare them.',
    noSettings: 'This network was not made here, so its labels cannot be shuffled.',
    onlyWriter: 'Another page controls this network.',
    nothingYet: 'Nothing has moved yet. Let the network learn.',
    histogramTitle: (parameters: string) => `How far the ${parameters} parameters moved`,
    histogramLabel: 'Histogram of the movement of the parameters, on a logarithmic axis',
    distanceAxis: 'distance moved (logarithmic)',
    epochKey: 'over the last epoch',
    batchKey: 'in the last batch',
    range: (from: string, to: string) => `Distances from ${from} to ${to}`,
    inEpoch: (share: string) => `${share} of the parameters over the epoch`,
    inBatch: (share: string) => `${share} in the batch`,
    still: (count: string) =>
      `${count} parameters moved less than 10⁻⁸ over the epoch. The weights of a pixel that is empty in every picture never move.`,
    bandsTitle: 'From epoch to epoch',
    trueLabels: 'True labels',
    shuffledLabels: 'Shuffled labels',
    bandsLabel: (run: string) => `${run}: movement of the parameters over each epoch`,
    medianKey: 'the median movement',
    halfKey: 'half of the parameters (25 to 75 %)',
    mostKey: 'nine tenths of the parameters (5 to 95 %)',
    epochAxis: 'epoch',
    epoch: 'Epoch',
    bandsAt: (epoch: number, p50: string, p25: string, p75: string, p5: string, p95: string) =>
      `Epoch ${epoch}: median ${p50}, half from ${p25} to ${p75}, nine tenths from ${p5} to ${p95}`,
    change: (run: string, epochs: number, first: string, last: string) =>
      epochs === 1
        ? `${run}: the median movement over the first epoch is ${first}.`
        : `${run}: the median movement goes from ${first} over the first epoch to ${last} over epoch ${epochs}.`,
    otherRun: 'Learn with the other labels too, and both runs are shown side by side.',
    numbers: 'The numbers of every epoch',
  },

  backpropagation: {
    title: 'Backpropagation',
    sentence: 'The error at the output runs backwards through the network and says how each weight must change.',
    nextExample: 'Next example',
    learnBatch: 'Learn one batch',
    trainingRow: (index: number) =>
      `Training row ${index}. It stays while the network learns, so that you can watch its error shrink.`,
    back: 'Back',
    onward: 'Next step',
    stepInputs: 'Inputs',
    stepSlopes: 'Slopes',
    outputLayer: 'Outputs',
    hiddenLayer: (number: number, layers: number) => (layers === 1 ? 'Hidden layer' : `Hidden layer ${number}`),
    stepOf: (step: number, steps: number) => `Step ${step} of ${steps}:`,
    sentenceInputs: (inputs: number) =>
      inputs === 1 ? 'the example is one number.' : `the example is ${inputs} numbers, one for each input.`,
    sentenceForward: (neurons: number) =>
      `each of the ${neurons} neurons adds up its weighted inputs and its bias (z), and its activation a = f(z) says how much it lights up.`,
    sentenceOutput: 'the outputs do the same. Only the output for the label of the example should light up.',
    sentenceOutputError:
      'the error δ of an output says how the cost changes with its z. The arrow points to where z must go so that the cost falls.',
    sentenceError: (neurons: number) =>
      `each of the ${neurons} neurons gets the errors of the next layer back through the same weights. So it learns its share of the blame.`,
    sentenceSlopes: (parameters: string) =>
      `the slope of the cost for each of the ${parameters} parameters is an activation times an error. Gradient descent moves all of them against their slopes.`,
    shuffled: (name: string, cost: string) =>
      `The labels are shuffled: the label that this example was given is ${name}. Its cost is ${cost}.`,
    desired: (name: string, cost: string) => `The right answer is ${name}. The cost of this example is ${cost}.`,
    cost: (cost: string) => `The cost of this example is ${cost}.`,
    pictureLabel: 'The example as a picture',
    diagramLabel: 'The neurons of the network. Arrow keys move from neuron to neuron.',
    hiddenNeuron: (layer: number, neuron: number, layers: number) =>
      layers === 1 ? `Hidden neuron ${neuron}` : `Neuron ${neuron} of hidden layer ${layer}`,
    outputNeuron: (name: string) => `Output ${name}`,
    pixel: (row: number, column: number) => `the pixel in row ${row}, column ${column}`,
    input: (number: number) => `input ${number}`,
    ellipsis: (count: number) => `${count} more neurons`,
    layer: 'Layer',
    neuron: 'Neuron',
    weightFromPixel: 'Weight from pixel',
    weightFromInput: 'Weight from input',
    weightFromNeuron: 'Weight from neuron',
    weightFrom: (source: string, neuron: string) => `${neuron}: the weight from ${source}`,
    forward: 'Forward',
    forwardSentence: (activation: string) =>
      `The weighted input z of a neuron, and its activation a. Here f is ${activation}.`,
    bp1Sentence: 'The error of an output: how the cost changes with its activation, times the slope of the activation.',
    bp1CrossEntropy: 'The error of an output. With the cross-entropy, the slope of the activation cancels.',
    bp2Sentence: 'The error of a hidden neuron: the errors of the next layer through the weights, times its own slope.',
    bp3Sentence: 'The slope of the cost for a bias is the error of its neuron.',
    bp4Sentence: 'The slope of the cost for a weight is the activation that goes in, times the error that comes back.',
    legendActivation: 'The fill is the activation a: empty at 0, full at 1 or above.',
    legendTooBright: 'δ above 0: the cost falls if z falls.',
    legendTooDark: 'δ below 0: the cost falls if z rises.',
    legendLines:
      'Lines, above and below 0. Forward: weight × activation. Backward: weight × error. Slopes: ∂C/∂w. Thick is strong.',
    slopePicture: (neuron: string) => `${neuron}: the slopes of its weights as a picture.`,
    slopeLegend: 'It is the example times one error. The frame marks the chosen weight.',
    checked: (difference: string) =>
      `Checked: over all weights and biases, BP3 and BP4 differ from the gradient that the library computes by at most ${difference} of the largest slope.`,
    tableSummary: 'The numbers of all neurons of this layer',
    tableCut: (shown: number, neurons: number) => `The first ${shown} of ${neurons} neurons.`,
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
    play: 'Learn these points',
    pause: 'Pause',
    oneEpoch: 'One epoch',
    again: 'Start again',
    status: (epochs: number, cost: number | undefined, accuracy: number | undefined) =>
      cost === undefined
        ? 'There are no points to learn from.'
        : `${epochs} epochs: cost ${shortNumberText(cost)}` +
          (accuracy === undefined ? '' : `, ${shortNumberText(100 * accuracy)} % right`),
    failed: (message: string) => `Learning has stopped: ${message}`,
    plane: 'The plane',
    network: 'The network',
    pictureLabel: 'The points of the plane, and what the network answers everywhere',
    classOne: 'class 1',
    classZero: 'class 0',
    wrongMark: 'wrong answer',
    boundaryMark: 'boundary: the output is one half',
    colors: (one: string, zero: string) =>
      `The color of the plane is the output: the stronger it is, the surer of ${one} or of ${zero}. No color is undecided.`,
    tool: 'A click or the Enter key',
    add: (name: string) => `adds ${name}`,
    remove: 'removes the nearest point',
    keys: 'In the plane, the arrow keys move a cursor (with Shift in long strides), Enter uses it, and Delete removes.',
    cursor: 'Cursor in the plane',
    cursorAt: (x: number, y: number) => `${shortNumberText(x)}, ${shortNumberText(y)}`,
    added: (name: string, x: number, y: number, count: number) =>
      `Added ${name} at ${shortNumberText(x)}, ${shortNumberText(y)}. There are ${count} points.`,
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
    curveAt: (epoch: number, cost: number) => `Epoch ${epoch}: cost ${shortNumberText(cost)}`,
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
    times: (weight: number, input: number) => `${shortNumberText(weight)} × ${input}`,
    compare: (sum: number, threshold: number, step: 0 | 1) =>
      step === 1
        ? `The sum is ${shortNumberText(sum)}, which is above the threshold ${shortNumberText(threshold)}: go.`
        : `The sum is ${shortNumberText(sum)}, which is not above the threshold ${shortNumberText(threshold)}: stay.`,
    speaksFor: 'speaks for going: the thicker, the more it matters',
    speaksAgainst: 'speaks against',
    silent: 'not true today: counts 0',
    cases: 'All eight cases',
    shown: 'Shown',
    sum: 'Sum',
    beside: (sum: number, threshold: number, step: 0 | 1) =>
      `${shortNumberText(sum)} ${step === 1 ? '>' : '≤'} ${shortNumberText(threshold)}`,
    step: 'Step',
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
      `inputs ${inputs.join(', ')}: sum ${shortNumberText(sum)}, perceptron ${step}, sigmoid neuron ${sigmoid.toFixed(3)}`,
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
        ? `Learned in ${epochs} epochs with ${mistakes} corrections: weights ${weights.map(shortNumberText).join(', ')}, ` +
          `threshold ${shortNumberText(threshold)}. The sliders above show them.`
        : `No weights give these answers: the best that the rule found in ${epochs} epochs are wrong in ${wrong} of 8 ` +
          'cases. One neuron draws one straight boundary, and these cases need more.',
  },
}

export type Texts = typeof english
