import { afterAll, beforeAll, expect } from 'vitest'

/** State that a test file could leave behind for the next one in its process. */
const found = () => ({
  environment: { ...process.env },
  globals: Object.getOwnPropertyNames(globalThis).sort(),
  folder: process.cwd(),
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
})

let before: ReturnType<typeof found>
beforeAll(() => {
  before = found()
})
afterAll(() => expect(found()).toEqual(before))
