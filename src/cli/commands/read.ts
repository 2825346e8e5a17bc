import { DataError } from '../../index.js'
import { annotate, type Reading, type ReadPicture, readDigits } from '../../pictures.js'
import { machineOptions, readMachine } from '../options/network-options.js'
import { readModelFile } from '../output/model-formats.js'
import { defineCommand } from '../parsing/command.js'
import { percent, table } from '../parsing/format.js'
import { oneOf } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { checkNotRead, checkWritable } from '../run/output.js'
import { note, print } from '../terminal/terminal.js'

export const read = defineCommand({
  name: 'read',
  summary: 'reads the digits of photographed or scanned rows',
  operands: '<PHOTO...>',
  options: {
    model: { value: 'MODEL', meaning: 'the network that reads pictures of 28 x 28 (required)' },
    json: { meaning: 'print a line of JSON for each photo: its digits with their confidences and boxes' },
    annotate: { value: 'OUT.png', meaning: 'write a copy of the photo with boxes and digits' },
    polarity: {
      kind: oneOf('dark-on-light', 'light-on-dark'),
      meaning: 'dark-on-light or light-on-dark (default: detected)',
    },
    ...machineOptions,
  },
  notes: [
    [
      'A PHOTO is a PNG, JPEG, WebP, GIF, TIFF or AVIF file. Reading it needs the package sharp: npm install sharp.',
      'A network for photos should be trained on augmented pictures, for example by',
      '  descent-nn train --dataset mnist --hidden 300 --activation relu --cost log-likelihood --initializer he \\',
      '    --optimizer adam --batch-size 50 --epochs 12 --augment --schedule cosine',
      'A box is left, top, width and height in pixels. Where a photo has no digits, the exit code is 1.',
    ].join('\n'),
  ],
  async run(args) {
    const { operands: photos, model, annotate: out, polarity, json } = args
    const machine = readMachine(args)
    if (model === undefined) {
      throw new UsageError(
        'read needs --model MODEL, a network that "descent-nn train" saved: see descent-nn read --help',
      )
    }
    if (out !== undefined && photos.length > 1) throw new UsageError('--annotate is for one PHOTO')
    if (out !== undefined) {
      const inputs = [
        { option: 'PHOTO', path: photos[0] },
        { option: '--model', path: model },
      ]
      await checkNotRead({ option: '--annotate', path: out }, inputs)
      await checkWritable(out, DataError)
    }
    const network = await readModelFile(model, machine)
    let code = 0
    for (const photo of photos) {
      const answer = await readDigits(network, photo, polarity && { polarity })
      if (answer.digits.length === 0) {
        note(`descent: ${photo}: no digits found`)
        code = 1
      }
      if (out !== undefined) await annotate(photo, answer.digits, out)
      if (json) await print(JSON.stringify({ photo, ...answer }))
      else if (answer.digits.length > 0) await print(report(photo, answer, photos.length > 1))
    }
    return code
  },
})

/** Returns the text that was read from the photo, followed by one line for each digit. */
function report(photo: string, { text, digits }: ReadPicture, withName: boolean): string {
  const heading = ['digit', 'confidence', 'left', 'top', 'width', 'height']
  const lines = digits.map(({ label, confidence, box }: Reading) => [
    label,
    percent(confidence),
    ...[box.left, box.top, box.width, box.height].map(String),
  ])
  return [...(withName ? [`${photo}:`] : []), text, '', table([heading, ...lines]), ...(withName ? [''] : [])].join(
    '\n',
  )
}
