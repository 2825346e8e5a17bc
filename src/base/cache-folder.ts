import { builtin } from './builtin.js'

/**
 * Returns descent's folder in the user's cache folder. All files in it can be made again, so the user may delete it.
 * The user's cache folder is %LOCALAPPDATA% on Windows, ~/Library/Caches on macOS, and XDG_CACHE_HOME or ~/.cache on
 * other systems.
 */
export function cacheFolder(platform: NodeJS.Platform = process.platform): string {
  const { join } = builtin('node:path')
  return join(usersCache(platform), 'descent')
}

function usersCache(platform: NodeJS.Platform): string {
  const { isAbsolute, join } = builtin('node:path')
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  const named = platform === 'win32' ? LOCALAPPDATA : XDG_CACHE_HOME
  // The XDG Base Directory Specification says to ignore a relative XDG_CACHE_HOME.
  if (named && isAbsolute(named)) return named
  const home = builtin('node:os').homedir()
  if (platform === 'win32') return join(home, 'AppData', 'Local')
  return platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache')
}
