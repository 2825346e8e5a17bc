import { describe, expect, it } from 'vitest'
import { element, escapeText, shorten } from '#src/drawing/markup'

describe('an element', () => {
  it('has its attributes and its content', () => {
    const { markup } = element('p', { class: 'a', id: undefined, x: 1.23456 }, 'x', element('br', {}), 2, undefined)
    expect(markup).toBe('<p class="a" x="1.23">x<br/>2</p>')
  })

  it('escapes text in its content and in its attributes', () => {
    const { markup } = element('td', { title: '"><script>' }, '<script>alert(1)</script> & "x"')
    expect(markup).toBe('<td title="&quot;&gt;&lt;script&gt;">&lt;script&gt;alert(1)&lt;/script&gt; &amp; "x"</td>')
  })

  it('shows what would command a terminal, reverse the reading or break XML', () => {
    expect(escapeText('a\u001b[31m\u202eb\u0000\n\ud800\uffff')).toBe('a\\u001b[31m\\u202eb\\u0000\\u000a\ufffd\ufffd')
    expect(escapeText('😀 שלום')).toBe('😀 שלום')
  })
})

describe('a shortened text', () => {
  it('ends with an ellipsis, and no character is cut', () => {
    expect([shorten('abcd', 4), shorten('abcde', 4), shorten('😀😀😀', 2)]).toEqual(['abcd', 'abc…', '😀…'])
  })
})
