import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Unit and conformance tests stand beside the code; integration tests are named `*.integration.test.ts`. */
const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  resolve: { alias: { '@': root } },
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Files of one worker share what they load: loading everything anew for each took half of the time. Tests keep no
          // state in modules, and replace none.
          isolate: false,
          // Machines are noisy; a time limit is there for what never ends, not to measure.
          testTimeout: 60_000,
          include: ['lib/**/*.test.ts', 'db/**/*.test.ts', 'app/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', 'node_modules/**', '.next/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: ['bench/**', 'node_modules/**', '.next/**'],
          // Two files at a time: most of them wait for processes, restarts and clients.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // What is held to a time needs both cores to itself.
          name: 'alone',
          include: ['bench/**/*.integration.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
