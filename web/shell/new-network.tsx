import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Command, Settings, State } from '#src/see/protocol'
import { bookSettings } from '#src/see/settings'
import { useTexts } from '../texts/texts.js'
import { readLayers } from './read-layers.js'

const activations = ['sigmoid', 'tanh', 'relu', 'identity'] as const
const outputs = ['sigmoid', 'softmax', 'identity', 'tanh'] as const
const costs = ['quadratic', 'cross-entropy'] as const
const numbers = ['learningRate', 'batchSize', 'epochs', 'seed', 'l2'] as const

/** A dialog that replaces the network by a new one with other settings. */
export function NewNetwork({
  state,
  send,
  close,
}: {
  state: State
  send(command: Command): Promise<void>
  close(): void
}) {
  const texts = useTexts().newNetwork
  const dialog = useRef<HTMLDialogElement>(null)
  // The settings of a network that was loaded are not known.
  const [settings, setSettings] = useState<Settings>(state.settings ?? bookSettings)
  const [hidden, setHidden] = useState(settings.hidden.join(' '))
  const layers = readLayers(hidden)
  const change = (change: Partial<Settings>) => setSettings({ ...settings, ...change })

  useEffect(() => dialog.current?.showModal(), [])
  function make(event: Event): void {
    event.preventDefault()
    if (!layers) return
    dialog.current?.close()
    send({ do: 'restart', settings: { ...settings, hidden: layers } })
  }
  return (
    <dialog ref={dialog} aria-labelledby="new-network-title" onClose={close}>
      <form onSubmit={make}>
        <h2 id="new-network-title">{texts.title}</h2>
        <p>{texts.sentence}</p>
        <div class="fields">
          <Field label={texts.hidden}>
            <input
              type="text"
              value={hidden}
              aria-invalid={!layers}
              placeholder={texts.hiddenHint}
              onInput={(event) => setHidden(event.currentTarget.value)}
            />
          </Field>
          <Field label={texts.activation}>
            <Select names={activations} value={settings.activation} onChoose={(activation) => change({ activation })} />
          </Field>
          <Field label={texts.output}>
            <Select names={outputs} value={settings.output} onChoose={(output) => change({ output })} />
          </Field>
          <Field label={texts.cost}>
            <Select names={costs} value={settings.cost} onChoose={(cost) => change({ cost })} />
          </Field>
          {numbers.map((name) => (
            <Field key={name} label={texts[name]}>
              <input
                type="number"
                min={0}
                step="any"
                required
                value={settings[name]}
                onInput={(event) => change({ [name]: event.currentTarget.valueAsNumber })}
              />
            </Field>
          ))}
        </div>
        <p>
          <label>
            <input
              type="checkbox"
              checked={settings.shuffledLabels ?? false}
              onChange={(event) => change({ shuffledLabels: event.currentTarget.checked })}
            />
            {texts.shuffledLabels}
          </label>
        </p>
        <div class="buttons">
          <button type="submit" class="primary">
            {texts.make}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {texts.cancel}
          </button>
          <button
            type="button"
            onClick={() => {
              dialog.current?.close()
              send({ do: 'load-demo' })
            }}
          >
            {texts.demo}
          </button>
        </div>
      </form>
    </dialog>
  )
}

function Field({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label class="field">
      <span>{label}</span>
      {children}
    </label>
  )
}

function Select<Name extends string>({
  names,
  value,
  onChoose,
}: {
  names: readonly Name[]
  value: string | undefined
  onChoose(name: Name): void
}) {
  return (
    <select onChange={(event) => onChoose(names[event.currentTarget.selectedIndex])}>
      {names.map((name) => (
        <option key={name} selected={name === value}>
          {name}
        </option>
      ))}
    </select>
  )
}
