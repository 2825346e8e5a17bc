import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from '#src/cli/parse'
import { refuse } from '#src/cli/refuse'
import { train } from '#src/cli/train'
import { writeIdx } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'
import { run } from './program.js'

const folder = temporaryFolder()

/** What the command says to options that it refuses before there are data. */
const refusal = (options: string): Promise<string> =>
  failure((async () => train.run(parse(train, options.split(' '))))().catch((error) => refuse(error, train)))

const names = 'sigmoid, tanh, relu, leaky-relu, elu, gelu, silu, softplus, identity, softmax, step'

describe('descent train refuses', () => {
  it.each([
    ['--activation rleu', `--activation must be one of ${names}, not "rleu"`],
    ['--output-activation rleu', `--output-activation must be one of ${names}, not "rleu"`],
    ['--activation step', 'layer 1 cannot learn: the activation step has no slope; set its weights, or take sigmoid'],
    ['--hidden none --activation relu', '--activation is about hidden layers, and this network has none'],
    ['--hidden none --dropout 0.5', '--dropout is about hidden layers, and this network has none'],
    ['--dropout 1', '--dropout must be a number from 0 to below 1, not "1"'],
    ['--input-dropout -0.1', '--input-dropout must be a number from 0 to below 1, not "-0.1"'],
    ['--cost hubr', '--cost must be one of quadratic, cross-entropy, log-likelihood, huber, not "hubr"'],
    [
      '--cost cross-entropy --output-activation relu',
      '--cost and --output-activation contradict each other: the cost cross-entropy is not defined for relu outputs: it takes ln a and ln(1 - a), so outputs must lie above 0 and below 1; take sigmoid or softmax outputs, or for relu outputs the cost quadratic or huber',
    ],
    [
      '--initializer hee',
      '--initializer must be one of normal, scaled-normal, he, he-uniform, glorot, glorot-uniform, lecun, lecun-uniform, zeros, not "hee"',
    ],
    [
      '--optimizer adm',
      '--optimizer must be one of sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw, rprop, l-bfgs, not "adm"',
    ],
    ['--momentum 0.5', '--momentum goes with --optimizer momentum or nesterov, not with sgd'],
    ['--optimizer sgd --beta1 0.5', '--beta1 goes with --optimizer adam or adamw, not with sgd'],
    ['--optimizer rprop --beta2 0.5', '--beta2 goes with --optimizer adam or adamw, not with rprop'],
    ['--optimizer adam --weight-decay 0.5', '--weight-decay goes with --optimizer adamw, not with adam'],
    ['--optimizer momentum --momentum 1', '--momentum must be a number from 0 to below 1, not "1"'],
    ['--optimizer adam --beta1 x', '--beta1 must be a number from 0 to below 1, not "x"'],
    ['--optimizer adam --beta2 2', '--beta2 must be a number from 0 to below 1, not "2"'],
    ['--optimizer adamw --weight-decay -1', '--weight-decay must be a number of at least 0, not "-1"'],
    ['--schedule cosin', '--schedule must be constant, step, exponential, cosine, one-cycle or plateau, not "cosin"'],
    ['--warm-up 1.5', '--warm-up must be a whole number of at least 0, not "1.5"'],
    ['--l1 -1', '--l1 must be a number of at least 0, not "-1"'],
    ['--lambda x', '--lambda must be a number of at least 0, not "x"'],
    ['--l2 1 --lambda 1', '--l2 and --lambda exclude each other: lambda is l2 times the examples to learn from'],
    ['--max-norm 0', '--max-norm must be none or a number above 0, not "0"'],
    ['--clip-norm -1', '--clip-norm must be none or a number above 0, not "-1"'],
    ['--clip-value x', '--clip-value must be none or a number above 0, not "x"'],
    ['--label-smoothing 1', '--label-smoothing must be a number from 0 to below 1, not "1"'],
    ['--class-weights 1,2', '--class-weights must be none or balanced, not "1,2"'],
    ['--early-stopping 0', '--early-stopping must be none or a whole number of at least 1, not "0"'],
    ['--validation-share 1', '--validation-share must be none or a number above 0 and below 1, not "1"'],
    [
      '--early-stopping 2 --validation-share none',
      '--validation-share none leaves nothing to judge epochs by: the test is not for that',
    ],
    ['--shift -1', '--shift must be a number of at least 0, not "-1"'],
    ['--rotation 181', '--rotation must be a number from 0 to 180, not "181"'],
    ['--scale 1', '--scale must be a number from 0 to below 1, not "1"'],
    ...['36', '36,0.5', '-1,5', '36,5,1', '36,'].map((text) => [
      `--elastic ${text}`,
      `--elastic must be none or two numbers of pixels, of at least 0 and of at least 1, such as 36,5, not "${text}"`,
    ]),
    [
      '--figures f1,f2',
      '--figures must be one of accuracy, top-2 to top-9, precision, recall, f1, mse, mae, r2, exact-match, hamming, not "f2"',
    ],
    [
      '--figures r2',
      '--figures: the figure r2 is not defined for the validation dataset, which has labels: defined are accuracy, top-2 to top-9, precision, recall, f1, mse, mae',
    ],
  ])('%s', async (options, sentence) => {
    expect(await refusal(options)).toBe(`UsageError: ${sentence}`)
  })

  it('to write the description over a file that is none', async () => {
    const description = join(folder, 'package.json')
    writeFileSync(description, '{"name":"mine"}')
    expect(await refusal(`--output ${join(folder, 'package.safetensors')}`)).toBe(
      `ModelError: cannot write ${description}, where the run is described: the file there is something else; move it, or take another --output`,
    )
  })

  it('to make pictures over that are not square', async () => {
    for (const [name, rows] of [
      ['train', 6],
      ['t10k', 2],
    ] as const) {
      const data = new Uint8Array(rows * 6)
      await writeIdx(join(folder, `${name}-images-idx3-ubyte`), { shape: [rows, 2, 3], data })
      await writeIdx(join(folder, `${name}-labels-idx1-ubyte`), { shape: [rows], data: new Uint8Array(rows) })
    }
    const options = ['train', '--data', folder, '--augment', '--output', join(folder, 'model')]
    expect(await run(options)).toEqual({
      code: 2,
      stdout: '',
      stderr: `descent: --augment, --shift, --rotation, --scale and --elastic are for square pictures of bytes, and a row of ${folder} has 6 pixels\n`,
    })
  })
})
