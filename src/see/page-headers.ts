import { createHash } from 'node:crypto'

/** The page: one file with its scripts and its styles in it. */
export interface Page {
  readonly html: string
}

/** The sources of a directive that allows nothing. Browsers ignore 'none' beside other sources, and say so. */
const nothing = ["'none'"]

/**
 * Returns the headers of all answers. The page may run its own scripts and apply its own styles, which are known by
 * their hashes, and it may speak to its own server. Nothing else is allowed.
 */
export function pageHeaders({ html }: Page): Readonly<Record<string, string>> {
  const [scripts, styles] = [hashesOf(html, 'script'), hashesOf(html, 'style')]
  const policy = {
    'default-src': nothing,
    'script-src': scripts.length > 0 ? [...scripts, "'wasm-unsafe-eval'"] : nothing,
    'style-src': styles.length > 0 ? styles : nothing,
    'connect-src': ["'self'"],
    'worker-src': ['blob:'],
    'img-src': ['data:', 'blob:'],
    'base-uri': nothing,
    'form-action': nothing,
    'frame-ancestors': nothing,
  }
  return {
    'content-security-policy': Object.entries(policy)
      .map(([name, sources]) => [name, ...sources].join(' '))
      .join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    // The page is isolated from others, so it gets shared memory and precise clocks.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  }
}

/** Returns the hashes of the texts of all elements with this name that are written in the page. */
function hashesOf(html: string, element: 'script' | 'style'): string[] {
  const texts = html.matchAll(new RegExp(`<${element}\\b[^>]*>([\\s\\S]*?)</${element}`, 'gi'))
  return [...texts].map(([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
}
