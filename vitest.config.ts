import { defineConfig } from 'vitest/config'

// Where this names a bundle of certificates, each start of node parses all of it, which takes more than the rest of the start.
// The tests start hundreds, and none speaks TLS: npm only packs.
delete process.env.NODE_EXTRA_CA_CERTS

// The tests run against the built files in dist/: what is tested is what ships, worker threads included.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    server: { deps: { external: [/\/dist\//] } },
    pool: 'forks',
    // Vitest leaves one processor free: of two it would use one.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
