import { useEffect, useRef, useState } from 'preact/hooks'
import type { Connection } from '#src/see/protocol'
import { type Choices, keepChoices, type Memory, recallChoices } from './choices.js'
import { readFragment } from './connect/address.js'
import type { DrawingStore } from './drawing/drawing.js'
import { useCommands } from './parts/use-commands.js'
import { Comparison } from './shell/comparison.js'
import { Header } from './shell/header.js'
import { Navigation } from './shell/navigation.js'
import { Notices } from './shell/notices.js'
import { Transport } from './shell/transport.js'
import type { Seen, Store } from './store.js'
import { languages } from './texts/languages.js'
import { TextsContext } from './texts/texts.js'
import { useTheme } from './use-theme.js'
import { type ViewName, viewNames, viewsWithoutTransport } from './view-names.js'
import { views } from './views/views.js'

const memory: Memory = () => localStorage

/** The whole page: its header, the navigation, the view that is chosen, and the controls of learning. */
export function App({
  connection,
  store,
  drawing,
  isOnServer,
}: {
  connection: Connection
  store: Store
  drawing: DrawingStore
  isOnServer: boolean
}) {
  const [choices, choose] = useChoices()
  const theme = useTheme(choices.theme)
  const view = useViewName()
  const seen = useSeen(store)
  const { send, refused, forget } = useCommands(connection)
  const [isComparing, setIsComparing] = useState(false)
  const { state, frame } = seen
  const isWriter = state !== undefined && state.writer === connection.id
  const texts = languages[choices.language]
  const title = useRef<HTMLHeadingElement>(null)
  const View = views[view]

  useEffect(() => {
    const root = document.documentElement
    root.lang = texts.page.locale
    root.dataset.palette = choices.palette
    if (choices.theme === 'system') delete root.dataset.theme
    else root.dataset.theme = choices.theme
    document.title = `${texts[view].title} · ${texts.page.title}`
  }, [choices, texts, view])
  useFocusOnChange(title, view)

  return (
    <TextsContext.Provider value={texts}>
      <div class="page">
        <Header state={state} isOnServer={isOnServer} choices={choices} choose={choose} />
        <Navigation view={view} />
        <Notices seen={seen} isWriter={isWriter} failure={refused} forget={forget} send={send} />
        {isComparing && state && (
          <Comparison connection={connection} state={state} close={() => setIsComparing(false)} />
        )}
        <main class="view" data-view={view}>
          <h1 ref={title} tabIndex={-1}>
            {texts[view].title}
          </h1>
          {state ? (
            <View
              key={view}
              connection={connection}
              state={state}
              frame={frame}
              isWriter={isWriter}
              palette={choices.palette}
              theme={theme}
              drawing={drawing}
            />
          ) : (
            <p role="status">{seen.problem ?? texts.page.starting}</p>
          )}
        </main>
        {state && !viewsWithoutTransport.has(view) && (
          <Transport
            state={state}
            isWriter={isWriter}
            send={send}
            comparison={isOnServer ? { isOpen: isComparing, toggle: () => setIsComparing(!isComparing) } : undefined}
          />
        )}
      </div>
    </TextsContext.Provider>
  )
}

function useChoices(): [Choices, (choice: Partial<Choices>) => void] {
  const [choices, setChoices] = useState(() => recallChoices(memory, navigator.languages))
  return [
    choices,
    (choice) => {
      const next = { ...choices, ...choice }
      setChoices(next)
      keepChoices(memory, next)
    },
  ]
}

/** The view that the address of the page names. */
function useViewName(): ViewName {
  const read = () => readFragment(location.hash).view ?? viewNames[0]
  const [view, setView] = useState(read)
  useEffect(() => {
    const follow = () => setView(read())
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return view
}

/** What the store has seen. The component is drawn again when it changes. */
function useSeen(store: Store): Seen {
  const [seen, setSeen] = useState(store.seen)
  useEffect(() => {
    setSeen(store.seen())
    return store.subscribe(() => setSeen(store.seen()))
  }, [store])
  return seen
}

/** Moves the focus to the title of a new view, so that readers of screens begin there. */
function useFocusOnChange(title: { readonly current: HTMLElement | null }, view: ViewName): void {
  const shown = useRef(view)
  useEffect(() => {
    if (shown.current !== view) title.current?.focus()
    shown.current = view
  }, [title, view])
}
