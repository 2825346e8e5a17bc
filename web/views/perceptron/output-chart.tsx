import { line } from 'd3-shape'
import { Legend } from '../../charts/legend.js'
import { Plot, plotFrame } from '../../charts/plot.js'
import { useWidth } from '../../charts/use-width.js'
import { useTexts } from '../../texts/texts.js'
import { type Case, type Decision, outputsOver } from './festival.js'

interface OutputChartProps {
  readonly decision: Decision
  readonly cases: readonly Case[]
  readonly chosen: number
  readonly onChoose: (index: number) => void
}

/** The outputs of the perceptron and of the sigmoid neuron over the weighted sum, with the eight cases on both. */
export function OutputChart({ decision, cases, chosen, onChoose }: OutputChartProps) {
  const texts = useTexts().perceptron
  const [box, width] = useWidth<HTMLDivElement>()
  const sums = cases.map(({ sum }) => sum)
  const range = [Math.min(-1, ...sums) - 1, Math.max(10, decision.threshold, ...sums) + 1] as const
  const left = Math.min(range[0], decision.threshold - 1)
  const frame = plotFrame(width, Math.min(320, Math.max(220, width * 0.5)), [left, range[1]], [-0.08, 1.08])
  const { x, y } = frame
  const curves = outputsOver([left, range[1]], decision, 201)
  const path = line<number>()
    .x((_, i) => x.position(curves.sums[i]))
    .y((_, i) => y.position(curves.sigmoid[i]))
  const { threshold } = decision
  const current = cases[chosen]
  const move = (event: KeyboardEvent) => {
    const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key]
    if (direction === undefined) return
    event.preventDefault()
    const order = cases.map((_, i) => i).sort((a, b) => cases[a].sum - cases[b].sum || a - b)
    const next = order[order.indexOf(chosen) + direction]
    if (next !== undefined) onChoose(next)
  }
  return (
    <div class="perceptron-chart" ref={box}>
      <Plot
        frame={frame}
        label={texts.chartLabel}
        xLabel={texts.sumAxis}
        yLabel={texts.outputAxis}
        above={
          <g
            class="perceptron-cursor"
            role="slider"
            tabindex={0}
            aria-label={texts.cursor}
            aria-valuemin={Math.min(...sums)}
            aria-valuemax={Math.max(...sums)}
            aria-valuenow={current.sum}
            aria-valuetext={texts.cursorText(current.sum, current.step, current.sigmoid, current.inputs)}
            onKeyDown={move}
          >
            <line
              x1={x.position(current.sum)}
              y1={y.position(-0.08)}
              x2={x.position(current.sum)}
              y2={y.position(1.08)}
            />
            <circle cx={x.position(current.sum)} cy={y.position(current.step)} r="8" />
            <circle cx={x.position(current.sum)} cy={y.position(current.sigmoid)} r="8" />
          </g>
        }
      >
        <line
          class="perceptron-threshold"
          x1={x.position(threshold)}
          y1={y.position(-0.08)}
          x2={x.position(threshold)}
          y2={y.position(1.08)}
        />
        <path class="perceptron-sigmoid" d={path(Array.from(curves.sigmoid)) ?? ''} />
        <path class="perceptron-step" d={`M${x.position(left)},${y.position(0)}H${x.position(threshold)}`} />
        <path class="perceptron-step" d={`M${x.position(threshold)},${y.position(1)}H${x.position(range[1])}`} />
        {cases.map(({ inputs, sum, step, sigmoid }) => (
          <g key={inputs.join('')}>
            <rect class="perceptron-case step" x={x.position(sum) - 4} y={y.position(step) - 4} width="8" height="8" />
            <circle class="perceptron-case sigmoid" cx={x.position(sum)} cy={y.position(sigmoid)} r="4.5" />
          </g>
        ))}
        {/* A sum that equals the threshold is not above it: the open circle is where the upper line does not begin. */}
        <circle class="perceptron-open" cx={x.position(threshold)} cy={y.position(1)} r="3.5" />
      </Plot>
      <Legend
        marks={[
          [<path key="step" class="perceptron-step" d="M0,8H28" />, texts.stepCurve],
          [<path key="sigmoid" class="perceptron-sigmoid" d="M0,14C14,14 14,2 28,2" />, texts.sigmoidCurve],
          [<line key="threshold" class="perceptron-threshold" x1="14" y1="0" x2="14" y2="16" />, texts.thresholdLine],
          [
            <g key="cases">
              <rect class="perceptron-case step" x="3" y="4" width="8" height="8" />
              <circle class="perceptron-case sigmoid" cx="21" cy="8" r="4.5" />
            </g>,
            texts.caseMarks,
          ],
          [<circle key="open" class="perceptron-open" cx="14" cy="8" r="4" />, texts.openMark],
          [
            <g key="cursor" class="perceptron-cursor">
              <line x1="14" y1="0" x2="14" y2="16" />
              <circle cx="14" cy="8" r="6" />
            </g>,
            texts.cursorMark,
          ],
        ]}
      />
    </div>
  )
}
