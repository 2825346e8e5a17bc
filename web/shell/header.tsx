import type { State } from '#src/see/protocol'
import { type Choices, paletteChoices, themeChoices } from '../choices.js'
import { type Language, languages } from '../texts/languages.js'
import { formatNumber } from '../texts/numbers.js'
import { useTexts } from '../texts/texts.js'

/** The name of the page, what computes and how fast, and the switches. */
export function Header({
  state,
  isOnServer,
  choices,
  choose,
}: {
  state: State | undefined
  isOnServer: boolean
  choices: Choices
  choose(choice: Partial<Choices>): void
}) {
  const { page } = useTexts()
  const tutorial = tutorialOf(document)
  return (
    <header class="header">
      <span class="header-name">{page.title}</span>
      <div class="header-engine">{state && <Engine state={state} isOnServer={isOnServer} />}</div>
      {tutorial !== undefined && (
        <a class="header-tutorial" href={tutorial} hreflang="en">
          {page.tutorial}
        </a>
      )}
      <Switches choices={choices} choose={choose} />
    </header>
  )
}

/** Returns the address of the tutorial, which the static site writes into the page. Undefined without a tutorial. */
function tutorialOf(page: Document): string | undefined {
  return page.querySelector('link[rel="help"]')?.getAttribute('href') ?? undefined
}

/** The network, the data, and the backend with its speed. */
function Engine({ state, isOnServer }: { state: State; isOnServer: boolean }) {
  const { page } = useTexts()
  const { backend, shape, data, position } = state
  const number = (value: number) => formatNumber(value, page.locale, { maximumFractionDigits: 0 })
  const network = page.shape([shape.inputs, ...shape.layers].join('-'), number(shape.parameters))
  const examples = page.data(data.name, number(data.training), number(data.test))
  return (
    <>
      <div class="header-line">
        <span title={backend.detail}>
          <strong>{backend.name}</strong> {isOnServer ? page.onServer : page.here}
          <span class="header-detail"> ({backend.detail})</span>
        </span>
        <span class="header-long" title={network}>
          {network}
        </span>
      </div>
      <div class="header-line">
        <span class="header-long" title={examples}>
          {examples}
        </span>
        {position.examplesPerSecond > 0 && (
          <span class="number" data-test="speed">
            {page.speed(number(position.examplesPerSecond))}
          </span>
        )}
      </div>
    </>
  )
}

function Switches({ choices, choose }: { choices: Choices; choose(choice: Partial<Choices>): void }) {
  const { page } = useTexts()
  return (
    <div class="switches">
      <Switch
        label={page.language}
        value={choices.language}
        values={(Object.keys(languages) as Language[]).map((name) => [name, languages[name].page.languageName])}
        onChoose={(language) => choose({ language })}
      />
      <Switch
        label={page.theme}
        value={choices.theme}
        values={themeChoices.map((name) => [name, page.themes[name]])}
        onChoose={(theme) => choose({ theme })}
      />
      <Switch
        label={page.palette}
        value={choices.palette}
        values={paletteChoices.map((name) => [name, page.palettes[name]])}
        onChoose={(palette) => choose({ palette })}
      />
    </div>
  )
}

function Switch<Value extends string>({
  label,
  value,
  values,
  onChoose,
}: {
  label: string
  value: Value
  values: readonly (readonly [value: Value, name: string])[]
  onChoose(value: Value): void
}) {
  return (
    <select aria-label={label} title={label} onChange={(event) => onChoose(event.currentTarget.value as Value)}>
      {values.map(([name, text]) => (
        <option key={name} value={name} selected={name === value}>
          {text}
        </option>
      ))}
    </select>
  )
}
