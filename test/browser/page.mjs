// What the test has the page do. It answers with texts, which come through unchanged.
import { augment, BackendError, dense, digits, Network } from '/descent/browser.js'

/** The bytes of an array as base64. */
const textOf = ({ buffer, byteOffset, byteLength }) => {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

export async function learn() {
  let turns = 0
  const timer = setInterval(() => turns++, 0)
  const training = await digits({ count: 1000, seed: 4 })
  const turnsOfDigits = turns
  const network = new Network([784, 300, 10], { seed: 3 })
  turns = 0
  const epochs = await network.fit(training, { epochs: 2, learningRate: 3 })
  const turnsOfTraining = turns
  clearInterval(timer)
  const augmentation = augment(training.slice(0, 20), { rotation: 10, elastic: { alpha: 34, sigma: 4 }, seed: 2 })
  return {
    isolated: crossOriginIsolated,
    sharedMemory: typeof SharedArrayBuffer === 'function',
    turnsOfDigits,
    turnsOfTraining,
    backend: network.backend,
    pictures: textOf(training.inputs),
    augmented: textOf((await augmentation.epoch(1)).inputs),
    costs: epochs.map(({ cost }) => cost),
    parameters: textOf(network.parameters),
    model: textOf(network.toBytes()),
    answers: textOf(await network.predict(training.slice(0, 50))),
  }
}

/** Learns in a page that allows no WebAssembly. */
export async function learnWithoutWasm() {
  const training = await digits({ count: 1000, seed: 4 })
  const network = new Network([784, 30, 10], { seed: 3 })
  await network.fit(training, { epochs: 2, learningRate: 3 })
  let wasm = 'it runs'
  try {
    new Network([2, 1], { backend: 'wasm' })
  } catch (error) {
    wasm = `${error.name}: ${error.message}`
  }
  return { backend: network.backend, parameters: textOf(network.parameters), wasm }
}

export async function answer(model, rows) {
  const network = Network.fromBytes(Uint8Array.from(atob(model), (character) => character.charCodeAt(0)))
  return { answers: textOf(network.feedforward(rows)), classes: [...(await network.classify(rows))] }
}

/** The error messages of features that are not available in a page. */
export async function refusals() {
  const network = new Network({ inputs: 2, layers: [dense(1)] })
  const sentence = (error) => `${error.name}: ${error.message}`
  const kept = await network.save('model.safetensors').catch(sentence)
  const read = await Network.load('model.safetensors').catch(sentence)
  const attempt = (work) => {
    try {
      work()
      return 'done'
    } catch (error) {
      return sentence(error)
    }
  }
  return {
    kept,
    read,
    native: attempt(() => new Network([2, 1], { backend: 'native' })),
    share: attempt(() => network.share()),
    isBackendError: new BackendError('') instanceof Error,
  }
}
