import { defineConfig } from 'vitest/config'

// Long runs: `npm run soak`. Their short forms are among the tests.
export default defineConfig({
  test: {
    include: ['test/soak/*.ts'],
    server: { deps: { external: [/\/dist\//] } },
    pool: 'forks',
    testTimeout: 1_800_000,
  },
})
