import { pageHeaders } from '#src/see/page-headers'

/**
 * Adds the Content-Security-Policy of the server to a page as a meta element, because a static host may not send
 * headers. The page can run and load nothing but what it contains.
 *
 * @param {string} html a page whose scripts and styles are inline
 */
export function withPolicy(html) {
  // The page of a static site has no server to speak to. Browsers ignore frame-ancestors in a meta element, and say so.
  const left = /^(connect-src|frame-ancestors) /
  const policy = pageHeaders({ html })
    ['content-security-policy'].split('; ')
    .filter((directive) => !left.test(directive))
    .join('; ')
  const [before, after] = html.split(/(?<=<meta charset="utf-8"\s*\/?>)/i)
  // The policy must come before everything that it governs.
  if (after === undefined) throw new Error('the page has no <meta charset="utf-8">, which its policy follows')
  return `${before}<meta http-equiv="Content-Security-Policy" content="${policy}">${after}`
}
