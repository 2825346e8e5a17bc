import { useEffect, useRef } from 'preact/hooks'
import { fragmentOf } from '../connect/address.js'
import { useTexts } from '../texts/texts.js'
import { type ViewName, viewNames } from '../view-names.js'

/** The links to the views. Where they do not fit in the window, the link of the view that is shown is scrolled to. */
export function Navigation({ view }: { view: ViewName }) {
  const texts = useTexts()
  const current = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [view])
  return (
    <nav class="navigation" aria-label={texts.page.views}>
      {viewNames.map((name) => (
        <a
          key={name}
          href={fragmentOf(name)}
          aria-current={name === view ? 'page' : undefined}
          ref={name === view ? current : null}
        >
          {texts[name].title}
        </a>
      ))}
    </nav>
  )
}
