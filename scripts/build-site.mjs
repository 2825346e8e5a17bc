/**
 * Builds the static site in build-site/: `npm run site`. It has the page with its engine and its trained network, and
 * the tutorial as HTML, together with all pages of the documentation to which the tutorial leads. Its files make no
 * request, so they work on any static host, in any folder of it, and from a disk.
 *
 *   node scripts/build-site.mjs [FOLDER]
 *
 * dist/ must have been built. The folder is emptied first.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { convert } from './site/markdown.mjs'
import { withPolicy } from './site/policy.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const site = process.argv[2] ?? join(root, 'build-site')
const start = 'docs/learn/tutorial.md'
const style = readFileSync(join(root, 'scripts', 'site', 'pages.css'), 'utf8')

rmSync(site, { recursive: true, force: true })
write('index.html', withPolicy(withTutorial(readFileSync(join(root, 'dist', 'web', 'index.html'), 'utf8'))))
const files = new Set([start])
// The set grows while the pages are converted.
for (const file of files) {
  if (file.endsWith('.md')) {
    const { title, body, linked } = convert(root, file)
    write(htmlOf(file), page(title, body, '../'.repeat(file.split('/').length - 1)))
    for (const other of linked) files.add(other)
  } else {
    // A page of an example needs the files beside it.
    const copied = file.endsWith('.html') ? dirname(file) : file
    cpSync(join(root, copied), join(site, copied), { recursive: true })
  }
}
console.log(`the site is in ${site}: open index.html, or give the folder to a static host`)

/** @param {string} file the path of a Markdown file */
function htmlOf(file) {
  return file.replace(/\.md$/, '.html')
}

/**
 * Tells the page where the tutorial is, so that it can show a link.
 *
 * @param {string} html
 */
function withTutorial(html) {
  return html.replace('</title>', `</title>\n    <link rel="help" href="${htmlOf(start)}" />`)
}

/**
 * @param {string} title
 * @param {string} body
 * @param {string} top the way from the page's folder to the folder of the site, such as "../"
 */
function page(title, body, top) {
  return withPolicy(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title} - descent</title>
<style>${style}</style>
</head>
<body>
<header>
<a href="${top}index.html">Draw a digit and watch it being read</a>
<a href="${top}${htmlOf(start)}">Tutorial</a>
</header>
<main>
${body}</main>
</body>
</html>
`)
}

/**
 * @param {string} name the path of a file within the site
 * @param {string} text
 */
function write(name, text) {
  const path = join(site, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
