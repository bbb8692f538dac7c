import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Files run in processes of their own: native modules and the kill tests stay apart from each other.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: Math.max(1, Math.min(4, availableParallelism())),
    // Limits say what hangs, not how slow a machine is: nothing that a quiet one does takes a tenth of them.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', './tests/kit/counts-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{node-core,main,preload,renderer}/**/*.test.{ts,tsx}'],
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['tests/**/*.test.ts'],
          testTimeout: 480_000,
          hookTimeout: 480_000,
        },
      },
      {
        // The desktop suite on the real Electron; run by `npm run test:desktop`, where its binary is.
        extends: true,
        test: {
          name: 'desktop',
          include: ['tests/desktop/*.test.ts'],
          env: { VIVIM_DESKTOP: 'electron' },
          testTimeout: 120_000,
        },
      },
    ],
  },
})
