import { defineConfig } from 'vitest/config'

// The tests run against the built files in dist/: what is tested is what ships, worker threads included.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    server: { deps: { external: [/\/dist\//] } },
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
