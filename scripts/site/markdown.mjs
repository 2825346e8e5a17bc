import { readFileSync } from 'node:fs'
import { dirname, extname, join, relative, resolve, sep } from 'node:path'
import { Marked } from 'marked'

const types = /** @type {Record<string, string>} */ ({
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
})

/**
 * Converts a page of the documentation to HTML. Pictures become data addresses, because a policy for pages of files
 * cannot allow pictures beside them. Links to other Markdown pages lead to their HTML.
 *
 * @param {string} root the folder of the repository
 * @param {string} page the path of the Markdown file within it
 * @returns {{ title: string, body: string, linked: string[] }} `linked` are the files to which the page links, as paths
 * within the repository
 */
export function convert(root, page) {
  const folder = dirname(join(root, page))
  /** @type {string[]} */
  const linked = []
  const marked = new Marked({
    walkTokens(token) {
      if (token.type === 'image') token.href = embedded(resolve(folder, token.href))
      if (token.type === 'link' && !/^(https?:|mailto:|#)/.test(token.href)) {
        const [file, anchor] = token.href.split('#')
        linked.push(relative(root, resolve(folder, file)).split(sep).join('/'))
        token.href = `${file.replace(/\.md$/, '.html')}${anchor === undefined ? '' : `#${anchor}`}`
      }
    },
  })
  const html = /** @type {string} */ (marked.parse(readFileSync(join(root, page), 'utf8')))
  const title = /<h1>(.*?)<\/h1>/s.exec(html)?.[1]
  if (title === undefined) throw new Error(`${page} has no title, which is a line that begins with "# "`)
  const body = withAnchors(html).replace(/<table>.*?<\/table>/gs, '<div class="table" tabindex="0">$&</div>')
  return { title: title.replace(/<[^>]*>/g, ''), body, linked }
}

/**
 * Adds the anchors that GitHub creates for headings.
 *
 * @param {string} html
 */
function withAnchors(html) {
  const used = new Set()
  return html.replace(/<h([1-6])>(.*?)<\/h\1>/gs, (_, level, content) => {
    const plain = content.replace(/<[^>]*>|&\w+;|&#\d+;/g, '').toLowerCase()
    const anchor = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')
    let unique = anchor
    for (let i = 1; used.has(unique); i++) unique = `${anchor}-${i}`
    used.add(unique)
    return `<h${level} id="${unique}">${content}</h${level}>`
  })
}

/** @param {string} path the path of a picture */
function embedded(path) {
  const type = types[extname(path)]
  if (type === undefined)
    throw new Error(`${path} is not a picture: its name must end in ${Object.keys(types).join(', ')}`)
  return `data:${type};base64,${readFileSync(path).toString('base64')}`
}
