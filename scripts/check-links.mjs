// Checks that links lead to existing files and headings.
//
//   node scripts/check-links.mjs           checks the links in the Markdown files of the package, and all paths such as
//                                          docs/README.md in its source files and Markdown files
//   node scripts/check-links.mjs FOLDER    checks the links in the HTML files of a folder
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @param {string} root the folder of the package @returns {string[]} a sentence for each broken link */
export function checkPages(root) {
  const pages = readdirSync(root)
    .concat(...['docs', 'examples'].map((folder) => filesOf(root, folder)))
    .filter((name) => name.endsWith('.md') && !name.startsWith(join('docs', 'api')))
  return pages.flatMap((page) => {
    const links = linksOf(readFileSync(join(root, page), 'utf8'))
    return links.flatMap((link) => problemOf(root, page, link, anchorsOf) ?? [])
  })
}

/**
 * Finds paths such as docs/README.md in source files and Markdown files, and checks that they exist.
 *
 * @param {string} root the folder of the package
 * @returns {string[]} a sentence for each path that does not exist
 */
export function checkCitations(root) {
  const texts = ['src', 'native', 'wasm', 'scripts', 'bench', 'examples', 'docs']
    .flatMap((folder) => filesOf(root, folder))
    .concat(readdirSync(root).filter((name) => name.endsWith('.md')))
    .filter((name) => /\.(ts|mts|js|mjs|cc|h|sh|md)$/.test(name) && !name.startsWith(join('docs', 'api')))
  return texts.flatMap((name) => {
    const text = readFileSync(join(root, name), 'utf8')
    // The pattern does not match "docs/" after a slash, because the path is then part of a longer one, such as a web
    // address.
    const cited = text.matchAll(/(?<![\w./-])docs\/[\w./-]+\.(?:md|svg|png|jpg)\b/g)
    return [...new Set([...cited].map(([path]) => path))]
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${name} cites ${path}, which is not there`)
  })
}

/** @param {string} folder a folder with HTML files @returns {string[]} a sentence for each broken link */
export function checkHtml(folder) {
  const pages = filesOf(folder, '.').filter((name) => name.endsWith('.html'))
  /** @type {Map<string, Set<string>>} */
  const ids = new Map()
  /** @param {string} path */
  const idsOf = (path) => {
    const known = ids.get(path) ?? new Set(matches(readFileSync(path, 'utf8'), /\bid="([^"]*)"/g))
    ids.set(path, known)
    return known
  }
  return pages.flatMap((page) => {
    const links = matches(readFileSync(join(folder, page), 'utf8'), /\b(?:href|src)="([^"]*)"/g)
    return [...new Set(links)].flatMap((link) => problemOf(folder, page, link.replaceAll('&amp;', '&'), idsOf) ?? [])
  })
}

/**
 * Checks one link of a page.
 *
 * @param {string} root the folder that the link must not leave
 * @param {string} page the path of the page, relative to root
 * @param {string} link
 * @param {(path: string) => Set<string>} anchors returns the anchors of a page
 * @returns {string | undefined} what is wrong with the link, or undefined if it is correct
 */
function problemOf(root, page, link, anchors) {
  if (/^(https?|mailto|data):/.test(link)) return undefined
  const [path, anchor] = link.split('#')
  const from = join(root, page)
  const target = path === '' ? from : resolve(dirname(from), decodeURIComponent(path))
  if (path.startsWith('/') || relative(root, target).startsWith('..'))
    return `${page} links to ${link}, which is outside`
  if (!existsSync(target)) return `${page} links to ${link}, which is not there`
  if (anchor && statSync(target).isFile() && !anchors(target).has(decodeURIComponent(anchor))) {
    return `${page} links to ${link}, but ${relative(root, target)} has no such anchor`
  }
  return undefined
}

/** @param {string} text the text of a page @returns {string[]} the targets of its links and pictures */
function linksOf(text) {
  const prose = withoutCode(text).replace(/`[^`\n]*`/g, '')
  const inline = matches(prose, /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)
  return inline.concat(
    matches(prose, /^\[[^\]]+\]:\s+(\S+)/gm),
    matches(prose, /<(?:a|img)\b[^>]*(?:href|src)="([^"]*)"/g),
  )
}

/** @param {string} path the path of a page @returns {Set<string>} the anchors that GitHub creates for its headings */
function anchorsOf(path) {
  const anchors = new Set()
  for (const heading of matches(withoutCode(readFileSync(path, 'utf8')), /^#{1,6} +(.*?) *#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')
    let unique = anchor
    for (let i = 1; anchors.has(unique); i++) unique = `${anchor}-${i}`
    anchors.add(unique)
  }
  return anchors
}

/** @param {string} text */
function withoutCode(text) {
  return text.replace(/^(```+|~~~+).*\n(?:.*\n)*?\1`*$/gm, '')
}

/**
 * @param {string} text
 * @param {RegExp} pattern a pattern with one group
 * @returns {string[]} the text of the group in each match
 */
function matches(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1])
}

/** @param {string} root @param {string} folder @returns {string[]} the files in the folder, as paths within root */
function filesOf(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => !name.split(/[\\/]/).includes('node_modules') && statSync(join(root, name)).isFile())
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const folder = process.argv[2]
  const problems = folder ? checkHtml(resolve(folder)) : [...checkPages(root), ...checkCitations(root)]
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
