import { onOneLine } from '../base/printable.js'

/** A piece of SVG or HTML. Only `element` makes one, so that every text in it is escaped. */
export interface Markup {
  readonly markup: string
}

/** What an element may contain: other elements, or text, which is escaped. Undefined leaves nothing. */
export type Content = Markup | string | number | undefined

export type Attributes = Readonly<Record<string, string | number | undefined>>

/** The elements that are written without an end tag. */
const empty = new Set(
  'br circle col hr image img input line link meta path polygon polyline rect stop use wbr'.split(' '),
)

/**
 * Returns an element of SVG or HTML. Attributes that are undefined are left out. Numbers in attributes are rounded to two
 * decimals, because a drawing needs no more. Names of elements and attributes must come from the program, not from data.
 */
export function element(name: string, attributes: Attributes, ...content: readonly Content[]): Markup {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeAttribute(value)}"`],
  )
  const start = `<${name}${written.join('')}`
  if (empty.has(name)) return { markup: `${start}/>` }
  return { markup: `${start}>${content.map(markupOf).join('')}</${name}>` }
}

function markupOf(content: Content): string {
  if (content === undefined) return ''
  return typeof content === 'object' ? content.markup : escapeText(String(content))
}

/** What neither SVG nor HTML may contain, not even escaped: halves of surrogate pairs, and two code points. */
const forbidden = /[\p{Cs}\ufffe\uffff]/gu

/**
 * Escapes a text for SVG and HTML. Control characters, and characters that reverse the direction of reading, become
 * visible escapes such as \u202e, so that a name cannot change the text around it.
 */
export function escapeText(text: string): string {
  return onOneLine(text)
    .replace(forbidden, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function escapeAttribute(value: string | number): string {
  return typeof value === 'number' ? String(round(value)) : escapeText(value).replaceAll('"', '&quot;')
}

/** Rounds a coordinate to two decimals. */
export function round(value: number): number {
  return Math.round(100 * value) / 100
}

/** Shortens a text to at most `length` characters. The last of them is then an ellipsis. */
export function shorten(text: string, length: number): string {
  const characters = [...text]
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`
}
