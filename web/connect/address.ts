import { type ViewName, viewNames } from '../view-names.js'

/** What the fragment of the page's address says: `#/neurons`, or `#token=...` in the address that a server prints. */
export interface Fragment {
  readonly view: ViewName | undefined
  readonly token: string | undefined
}

export function readFragment(fragment: string): Fragment {
  const parts = fragment.replace(/^#\/?/, '').split('&')
  const token = parts.find((part) => part.startsWith('token='))?.slice('token='.length)
  return { view: viewNames.find((name) => parts.includes(name)), token: token || undefined }
}

/** The fragment that names a view. The slash says that it is no place in the page, so that no tool looks for one. */
export const fragmentOf = (view: ViewName): string => `#/${view}`
