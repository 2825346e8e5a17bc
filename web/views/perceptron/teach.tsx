import { useState } from 'preact/hooks'
import { useTexts } from '../../texts/texts.js'
import { cases, type Lesson, learn } from './festival.js'

/** At first: go if the weather is good, or if both others speak for it. */
const eagerAnswers = cases.map(([weather, friend, transport]) => (weather || (friend && transport) ? 1 : 0))

interface TeachProps {
  /** The learned weights are to be shown. */
  readonly onTake: (lesson: Lesson) => void
}

/** Answers that someone wants for the eight cases, and a button that lets the perceptron rule learn them. */
export function Teach({ onTake }: TeachProps) {
  const texts = useTexts().perceptron
  const [answers, setAnswers] = useState<readonly number[]>(eagerAnswers)
  const [lesson, setLesson] = useState<Lesson>()
  return (
    <section>
      <h2>{texts.teach}</h2>
      <p>{texts.teachSentence}</p>
      <fieldset class="perceptron-wanted">
        <legend>{texts.wanted}</legend>
        {cases.map((inputs, i) => (
          <label key={inputs.join('')}>
            <input
              type="checkbox"
              checked={answers[i] === 1}
              onChange={({ currentTarget }) => {
                setAnswers(answers.with(i, currentTarget.checked ? 1 : 0))
                setLesson(undefined)
              }}
            />
            {texts.caseName(inputs)}
          </label>
        ))}
      </fieldset>
      <p class="buttons">
        <button
          type="button"
          onClick={() => {
            const learned = learn(answers)
            setLesson(learned)
            if (learned.converged) onTake(learned)
          }}
        >
          {texts.learn}
        </button>
        <button
          type="button"
          onClick={() => {
            setAnswers(cases.map(([weather, friend]) => weather ^ friend))
            setLesson(undefined)
          }}
        >
          {texts.exclusive}
        </button>
      </p>
      <p aria-live="polite">{lesson && texts.lesson(lesson)}</p>
    </section>
  )
}
