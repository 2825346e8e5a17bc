import { checkGradients, dense, Network } from 'descent-nn'

const layers = [dense(4), dense(3)]
const network = new Network({ inputs: 2, layers, cost: 'cross-entropy' }, { seed: 1 })
const x = [0.5, -1.2]
const y = [0, 1, 0]

const { error, checked, worst } = checkGradients(network, x, y, { l2: 0.01 })
const difference = Math.abs(worst.analytic - worst.numeric)
console.log(`${checked} parameters, relative error below 1e-8: ${error < 1e-8}`)
console.log(`the worst derivative is off by less than 1e-9: ${difference < 1e-9}`)
