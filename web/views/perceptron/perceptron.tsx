import { useMemo, useState } from 'preact/hooks'
import { Slider } from '../../charts/slider.js'
import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'
import { CaseTable } from './case-table.js'
import { decide, reasons } from './festival.js'
import { NeuronPicture } from './neuron-picture.js'
import { OutputChart } from './output-chart.js'
import { Teach } from './teach.js'
import './perceptron.css'

const choosy = 5
const eager = 3

/** The festival decision of note 001: a perceptron with three weights and a threshold, beside a sigmoid neuron. */
export function PerceptronView(_: ViewProps) {
  const texts = useTexts().perceptron
  const [weights, setWeights] = useState<readonly number[]>([6, 2, 2])
  const [threshold, setThreshold] = useState(choosy)
  const [sharpness, setSharpness] = useState(1)
  const [chosen, setChosen] = useState(5)
  const decision = useMemo(() => ({ weights, threshold, sharpness }), [weights, threshold, sharpness])
  const cases = useMemo(() => decide(decision), [decision])
  const current = cases[chosen]
  return (
    <div class="perceptron">
      <p>{texts.sentence}</p>
      <p>{texts.question}</p>
      <div class="perceptron-columns">
        <section aria-label={texts.weights}>
          <h2>{texts.weights}</h2>
          {reasons.map((reason, i) => (
            <Slider
              key={reason}
              label={texts.reasons[reason]}
              value={weights[i]}
              min={-10}
              max={10}
              step={0.5}
              onChange={(value) => setWeights(weights.with(i, value))}
            />
          ))}
          <Slider label={texts.threshold} value={threshold} min={-10} max={20} step={0.5} onChange={setThreshold} />
          <p class="buttons">
            <button type="button" aria-pressed={threshold === choosy} onClick={() => setThreshold(choosy)}>
              {texts.choosy}
            </button>
            <button type="button" aria-pressed={threshold === eager} onClick={() => setThreshold(eager)}>
              {texts.eager}
            </button>
          </p>
          <fieldset class="perceptron-today">
            <legend>{texts.today}</legend>
            {reasons.map((reason, i) => (
              <label key={reason}>
                <input
                  type="checkbox"
                  checked={current.inputs[i] === 1}
                  onChange={() => setChosen(chosen ^ (4 >> i))}
                />
                {texts.reasons[reason]}
              </label>
            ))}
          </fieldset>
        </section>
        <section aria-label={texts.answer}>
          <h2>{texts.answer}</h2>
          <NeuronPicture decision={decision} current={current} />
          <p class="perceptron-answer" aria-live="polite">
            {texts.compare(current.sum, threshold, current.step)}
          </p>
        </section>
        <section>
          <h2>{texts.cases}</h2>
          <CaseTable cases={cases} threshold={threshold} chosen={chosen} onChoose={setChosen} />
        </section>
        <section>
          <h2>{texts.curves}</h2>
          <p>{texts.curvesSentence}</p>
          <OutputChart decision={decision} cases={cases} chosen={chosen} onChoose={setChosen} />
          <Slider label={texts.sharpness} value={sharpness} min={0.25} max={8} step={0.25} onChange={setSharpness} />
          <p>{texts.sharpnessSentence}</p>
        </section>
      </div>
      <Teach
        onTake={(lesson) => {
          setWeights(lesson.weights)
          setThreshold(lesson.threshold)
        }}
      />
    </div>
  )
}
