import { Perceptron } from 'descent-nn'

const bits = [0, 1]

// Should I go to the festival? Good weather matters most. A friend who comes along and public transport matter less.
const eager = new Perceptron({ weights: [6, 2, 2], threshold: 3 })
const choosy = new Perceptron({ weights: [6, 2, 2], threshold: 5 })
console.log('weather  friend  transport  threshold 5  threshold 3')
for (const weather of bits) {
  for (const friend of bits) {
    for (const transport of bits) {
      const x = [weather, friend, transport]
      const answers = [choosy, eager].map((perceptron) => (perceptron.decide(x) ? 'go' : 'stay'))
      console.log(`${weather}        ${friend}       ${transport}          ${answers[0].padEnd(11)}  ${answers[1]}`)
    }
  }
}

// No perceptron computes XOR, but three of them do.
const nand = new Perceptron({ weights: [-2, -2], bias: 3 })
const or = new Perceptron({ weights: [2, 2], bias: -1 })
const and = new Perceptron({ weights: [2, 2], bias: -3 })
const xor = (a, b) => and.decide([nand.decide([a, b]), or.decide([a, b])])

const rows = bits.flatMap((a) => bits.map((b) => [a, b]))
console.log('\nXOR of three:', rows.map(([a, b]) => `${a} xor ${b} = ${xor(a, b)}`).join(', '))

// The perceptron rule finds weights by itself if there are any, and says so if there are none.
const learner = new Perceptron({ inputs: 2 })
const learnedOr = learner.learn(rows, [0, 1, 1, 1])
console.log(`\nOR: separable ${learnedOr.separable}, ${learnedOr.epochs} epochs, ${learnedOr.mistakes} mistakes`)
console.log(`weights ${learner.weights.join(' and ')}, bias ${learner.bias}`)

const learnedXor = new Perceptron({ inputs: 2 }).learn(rows, [0, 1, 1, 0])
console.log(`\nXOR: separable ${learnedXor.separable}, for ${learnedXor.reason}`)
for (const { row, label, share } of learnedXor.commonPoint) {
  console.log(`label ${label}: ${share} of (${rows[row].join(', ')})`)
}
