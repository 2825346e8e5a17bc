import { Legend } from '../../charts/legend.js'
import { useTexts } from '../../texts/texts.js'
import { type Case, type Decision, reasons } from './festival.js'

const neuron = { x: 215, y: 100, radius: 34 }
const inputs = [30, 100, 170].map((y) => ({ x: 76, y, radius: 15 }))

interface NeuronPictureProps {
  readonly decision: Decision
  readonly current: Case
}

/** The perceptron with its three inputs: how much each counts today, the sum, and the answer. */
export function NeuronPicture({ decision: { weights, threshold }, current }: NeuronPictureProps) {
  const texts = useTexts().perceptron
  return (
    <>
      <svg class="perceptron-picture" viewBox="0 0 360 200" role="img" aria-label={texts.pictureLabel}>
        {inputs.map(({ x, y }, i) => {
          const isOn = current.inputs[i] === 1
          const weight = weights[i]
          return (
            <g key={reasons[i]}>
              <line
                class={`perceptron-weight ${weight < 0 ? 'against' : 'for'} ${isOn ? 'on' : 'off'}`}
                x1={x}
                y1={y}
                x2={neuron.x}
                y2={neuron.y}
                stroke-width={0.5 + Math.abs(weight)}
              />
              <text
                class="perceptron-number"
                x={x + 52}
                y={y + (neuron.y - y) * 0.37 - 9 - Math.abs(weight) / 2}
                text-anchor="middle"
              >
                {texts.times(weight, current.inputs[i])}
              </text>
            </g>
          )
        })}
        {inputs.map(({ x, y, radius }, i) => (
          <g key={reasons[i]}>
            <circle class={`perceptron-input ${current.inputs[i] === 1 ? 'on' : 'off'}`} cx={x} cy={y} r={radius} />
            <text class={current.inputs[i] === 1 ? 'perceptron-on' : undefined} x={x} y={y + 4} text-anchor="middle">
              {current.inputs[i]}
            </text>
            <text x={x - radius - 6} y={y + 4} text-anchor="end">
              {texts.shortReasons[reasons[i]]}
            </text>
          </g>
        ))}
        <line class="perceptron-out" x1={neuron.x + neuron.radius} y1={neuron.y} x2="286" y2={neuron.y} />
        <path class="perceptron-arrow" d="M294 100l-9 -5v10z" />
        <circle
          class={`perceptron-neuron ${current.step === 1 ? 'on' : 'off'}`}
          cx={neuron.x}
          cy={neuron.y}
          r={neuron.radius}
        />
        <text
          class={`perceptron-sum ${current.step === 1 ? 'perceptron-on' : ''}`}
          x={neuron.x}
          y={neuron.y + 5}
          text-anchor="middle"
        >
          {texts.beside(current.sum, threshold, current.step)}
        </text>
        <text class="perceptron-verdict" x="300" y={neuron.y + 6}>
          {current.step === 1 ? texts.go : texts.stay}
        </text>
      </svg>
      <Legend
        marks={[
          [
            <line key="for" class="perceptron-weight for on" x1="0" y1="8" x2="28" y2="8" stroke-width="6" />,
            texts.speaksFor,
          ],
          [
            <line key="against" class="perceptron-weight against on" x1="0" y1="8" x2="28" y2="8" stroke-width="6" />,
            texts.speaksAgainst,
          ],
          [
            <line key="off" class="perceptron-weight for off" x1="0" y1="8" x2="28" y2="8" stroke-width="6" />,
            texts.silent,
          ],
        ]}
      />
    </>
  )
}
