import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { train } from '#src/cli/commands/train'
import { parse } from '#src/cli/parsing/parse'
import { refuse } from '#src/cli/parsing/translate-errors'
import { writeIdx } from '#src/index'
import { failure, temporaryFolder } from '../../support/files.js'
import { run, writeExamples } from '../program.js'

const folder = temporaryFolder()

/** What the command says to options that it refuses before there are data. */
const refusal = (options: string): Promise<string> =>
  failure((async () => train.run(parse(train, options.split(' '))))().catch((error) => refuse(error, train)))

const names = 'sigmoid, tanh, relu, leaky-relu, elu, selu, gelu, silu, mish, softplus, identity, softmax, step'

describe('descent-nn train refuses', () => {
  it.each([
    ['--activation rleu', `--activation must be one of ${names}, not "rleu"`],
    ['--output-activation rleu', `--output-activation must be one of ${names}, not "rleu"`],
    ['--activation step', 'layer 1 cannot learn: the activation step has no slope; set its weights, or take sigmoid'],
    ['--hidden none --activation relu', '--activation needs hidden layers, but this network has none'],
    ['--hidden none --dropout 0.5', '--dropout needs hidden layers, but this network has none'],
    ...['1', '0.1,2'].map((text) => [
      `--hidden 5,4 --dropout ${text}`,
      `--dropout must be a number from 0 to below 1, or one for each hidden layer such as 0.2,0.5, not "${text}"`,
    ]),
    ['--hidden 5,4 --dropout 0.1,0.2,0.3', '--dropout has 3 values, but this network has 2 hidden layers'],
    ['--activation relu,tanh', '--activation has 2 values, but this network has one hidden layer'],
    ['--hidden 5,4 --activation relu,thn', `--activation must be one of ${names}, not "thn"`],
    ['--input-dropout -0.1', '--input-dropout must be a number from 0 to below 1, not "-0.1"'],
    ['--cost hubr', '--cost must be one of quadratic, cross-entropy, huber, not "hubr"'],
    [
      '--cost cross-entropy --output-activation relu',
      '--cost: the cost cross-entropy is not defined for relu outputs: it takes the logarithm of outputs as probabilities, so they must lie above 0 and below 1; take sigmoid or softmax outputs, or for relu outputs the cost quadratic or huber',
    ],
    [
      '--initializer hee',
      '--initializer must be one of normal, scaled-normal, he, he-uniform, glorot, glorot-uniform, lecun, lecun-uniform, zeros, not "hee"',
    ],
    ['--optimizer adm', '--optimizer must be one of sgd, adagrad, rmsprop, adam, adamw, rprop, l-bfgs, not "adm"'],
    ...['momentum', 'nesterov'].map((name) => [
      `--optimizer ${name}`,
      `--optimizer must be one of sgd, adagrad, rmsprop, adam, adamw, rprop, l-bfgs (${name} is a setting of sgd), not "${name}"`,
    ]),
    ['--optimizer adam --momentum 0.5', '--momentum is a setting of sgd, not of adam'],
    ['--optimizer sgd --beta1 0.5', '--beta1 is a setting of adam or adamw, not of sgd'],
    ['--optimizer rprop --beta2 0.5', '--beta2 is a setting of adam or adamw, not of rprop'],
    ['--optimizer adam --weight-decay 0.5', '--weight-decay is a setting of adamw, not of adam'],
    ['--momentum 1', '--momentum must be a number from 0 to below 1, not "1"'],
    ['--optimizer adam --beta1 x', '--beta1 must be a number from 0 to below 1, not "x"'],
    ['--optimizer adam --beta2 2', '--beta2 must be a number from 0 to below 1, not "2"'],
    ['--optimizer adamw --weight-decay -1', '--weight-decay must be a number of at least 0, not "-1"'],
    [
      '--schedule cosin',
      '--schedule must be constant, step, exponential, cosine, one-cycle, coslog4 or plateau, not "cosin"',
    ],
    ['--optimizer adam:bta1=0.5', '--optimizer adam has no setting bta1. Its settings: beta1, beta2, epsilon'],
    [
      '--optimizer adamw:weightDecay=1',
      '--optimizer adamw has no setting weightDecay. Its settings: beta1, beta2, epsilon, weight-decay',
    ],
    ['--optimizer rprop:step=0.5', '--optimizer rprop has no settings, found "step=0.5"'],
    ['--optimizer sgd:nesterov=1', '--optimizer sgd:nesterov must be yes or no, not "1"'],
    [
      '--optimizer adm:beta1=0.5',
      '--optimizer must be one of sgd, adagrad, rmsprop, adam, adamw, rprop, l-bfgs, not "adm"',
    ],
    ['--optimizer rmsprop:decay=1', '--optimizer rmsprop:decay must be a number from 0 to below 1, not "1"'],
    ['--optimizer adagrad:epsilon=-1', '--optimizer adagrad:epsilon must be a number of at least 0, not "-1"'],
    [
      '--optimizer l-bfgs:history-size=0',
      '--optimizer l-bfgs:history-size must be a whole number of at least 1, not "0"',
    ],
    ['--optimizer adam:beta1', '--optimizer adam:beta1 needs a value: adam:beta1=VALUE'],
    ['--optimizer adam:beta1=', '--optimizer adam:beta1 must be a number from 0 to below 1, not ""'],
    ['--optimizer adam:beta1=0.5=0.6', '--optimizer adam:beta1 must be a number from 0 to below 1, not "0.5=0.6"'],
    ['--optimizer adam:beta1=0.5,beta1=0.6', '--optimizer adam:beta1 is set twice'],
    [
      '--optimizer adam:beta1=0.5 --beta1 0.5',
      '--beta1 and --optimizer adam:beta1 exclude each other: they set the same',
    ],
    ...['adam:', 'adam:beta1=0.5,'].map((text) => [
      `--optimizer ${text}`,
      '--optimizer adam needs a setting after each colon and comma, such as beta1=VALUE',
    ]),
    [
      '--schedule stp:epochs=2',
      '--schedule must be constant, step, exponential, cosine, one-cycle, coslog4 or plateau, not "stp"',
    ],
    ['--schedule step:epoch=2', '--schedule step has no setting epoch. Its settings: epochs, factor, warm-up'],
    ['--schedule constant:factor=2', '--schedule constant has no setting factor. Its settings: warm-up'],
    ['--schedule step:epochs=1.5', '--schedule step:epochs must be a whole number of at least 1, not "1.5"'],
    ['--schedule cosine:end=2', '--schedule cosine:end must be a number from 0 to 1, not "2"'],
    [
      '--schedule cosine:warm-up=2 --warm-up 2',
      '--warm-up and --schedule cosine:warm-up exclude each other: they set the same',
    ],
    ['--warm-up 1.5', '--warm-up must be a whole number of at least 0, not "1.5"'],
    ['--l1 -1', '--l1 must be a number of at least 0, not "-1"'],
    ['--lambda x', '--lambda must be a number of at least 0, not "x"'],
    ['--l2 1 --lambda 1', '--l2 and --lambda exclude each other: lambda is l2 times the number of training examples'],
    ['--max-norm 0', '--max-norm must be none or a number above 0, not "0"'],
    ['--clip-norm -1', '--clip-norm must be none or a number above 0, not "-1"'],
    ['--clip-value x', '--clip-value must be none or a number above 0, not "x"'],
    ['--label-smoothing 1', '--label-smoothing must be a number from 0 to below 1, not "1"'],
    ...['1,x', '-1,2', 'balance', '1,'].map((text) => [
      `--class-weights=${text}`,
      `--class-weights must be none, balanced or a number of at least 0 for each class, such as 1,1,2, not "${text}"`,
    ]),
    ['--class-weights 1,2', '--class-weights must have one number for each class, 10 in all, not 2'],
    ['--early-stopping 0', '--early-stopping must be none or a whole number of at least 1, not "0"'],
    [
      '--early-stopping 3:figur=cost',
      '--early-stopping 3 has no setting figur. Its settings: monitor, min-delta, restore-best, ties',
    ],
    ['--early-stopping 3:min-delta=x', '--early-stopping 3:min-delta must be a number of at least 0, not "x"'],
    ['--early-stopping 3:restore-best=maybe', '--early-stopping 3:restore-best must be yes or no, not "maybe"'],
    ['--early-stopping none:monitor=cost', '--early-stopping none has no settings, found "monitor=cost"'],
    [
      '--early-stopping 3:monitor=f1 --metrics top-2',
      '--early-stopping monitors f1, which no epoch reports: it must be one of cost, accuracy, top-2, or be in --metrics',
    ],
    ['--shuffle maybe', '--shuffle must be yes or no, not "maybe"'],
    ['--validation-share 1', '--validation-share must be none or a number above 0 and below 1, not "1"'],
    [
      '--early-stopping 2 --validation-share none',
      '--validation-share none is not possible here: early stopping and the schedule plateau need validation examples',
    ],
    ['--shift -1', '--shift must be a number of at least 0, not "-1"'],
    ['--rotation 181', '--rotation must be a number from 0 to 180, not "181"'],
    ['--scale 1', '--scale must be a number from 0 to below 1, not "1"'],
    ...['36', '36,0.5', '-1,5', '36,5,1', '36,'].map((text) => [
      `--elastic ${text}`,
      `--elastic must be none or two numbers of pixels, of at least 0 and of at least 1, such as 36,5, not "${text}"`,
    ]),
    [
      '--metrics f1,f2',
      '--metrics must be one of accuracy, top-2 to top-9, precision, recall, f1, mse, mae, r2, exact-match, hamming, not "f2"',
    ],
    [
      '--metrics r2',
      '--metrics: the metric r2 is not defined for the validation dataset, which has labels: defined are accuracy, top-2 to top-9, precision, recall, f1, mse, mae',
    ],
    [
      '--training-metrics f2',
      '--training-metrics must be one of accuracy, top-2 to top-9, precision, recall, f1, mse, mae, r2, exact-match, hamming, not "f2"',
    ],
    [
      '--training-metrics r2',
      '--training-metrics: the metric r2 is not defined for the training dataset, which has labels: defined are accuracy, top-2 to top-9, precision, recall, f1, mse, mae',
    ],
    ['--resume', '--resume needs a folder to continue from: --checkpoint FOLDER'],
    ...['epochs', 'steps', 'keep'].flatMap((name) => [
      [`--checkpoint-${name} 3`, `--checkpoint-${name} needs a folder for checkpoints: --checkpoint FOLDER`],
      [
        `--checkpoint ${folder} --checkpoint-${name} 0`,
        `--checkpoint-${name} must be a whole number of at least 1, not "0"`,
      ],
    ]),
    ['--checkpoint=', '--checkpoint must be the path of a folder, not ""'],
    [
      `--checkpoint ${folder} --checkpoint-steps 2 --optimizer l-bfgs`,
      '--checkpoint-steps is not for l-bfgs, which takes one step in each epoch: use --checkpoint-epochs',
    ],
  ])('%s', async (options, sentence) => {
    expect(await refusal(options)).toBe(`UsageError: ${sentence}`)
  })

  it('to overwrite a file that is not a description', async () => {
    const description = join(folder, 'package.json')
    writeFileSync(description, '{"name":"mine"}')
    expect(await refusal(`--output ${join(folder, 'package.safetensors')}`)).toBe(
      `ModelError: cannot write the description of the run: ${description} exists and is not a description; move it, or use another --output`,
    )
  })

  it('more or fewer class weights than a folder has classes, before the training', async () => {
    const data = await writeExamples(join(folder, 'shapes'))
    const options = ['train', '--data', data, '--class-weights', '1,2', '--output', join(folder, 'weighted')]
    expect(await run(options)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'descent: --class-weights must have one number for each class, 3 in all, not 2\n',
    })
  })

  it('to augment pictures that are not square', async () => {
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
      stderr: `descent: --augment, --shift, --rotation, --scale and --elastic are for square pictures of bytes, but a row of ${folder} has 6 pixels\n`,
    })
  })
})
