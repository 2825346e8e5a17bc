import { useEffect, useState } from 'preact/hooks'
import type { ThemeChoice } from './choices.js'
import type { Theme } from './theme.js'

/** Returns the theme that is shown. It follows the system unless the user has chosen one. */
export function useTheme(choice: ThemeChoice): Theme {
  const [systemIsDark, setSystemIsDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)')
    const follow = () => setSystemIsDark(query.matches)
    query.addEventListener('change', follow)
    return () => query.removeEventListener('change', follow)
  }, [])
  if (choice !== 'system') return choice
  return systemIsDark ? 'dark' : 'light'
}
