import { describe, expect, it } from 'vitest'
import { pageHeaders } from '#src/see/page-headers'

describe('the headers of a page', () => {
  it("allow nothing to a page without scripts and styles, because browsers ignore 'none' beside other sources", () => {
    expect(pageHeaders({ html: '<!doctype html><p>text</p>' })['content-security-policy']).toBe(
      "default-src 'none'; script-src 'none'; style-src 'none'; connect-src 'self'; worker-src blob:; img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
  })
})
