import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** It fetches packages and takes minutes: `npm run test:sources` runs it. */
const sources = 'test/real-sources.test.ts';

export default defineConfig(({ mode }) => ({
  // Decorators in tests are lowered as legacy ones: the compiler behind vitest leaves standard ones in place.
  oxc: { decorator: { legacy: true } },
  test: {
    include: [mode === 'sources' ? sources : 'test/**/*.test.ts'],
    exclude: mode === 'sources' ? [] : [sources],
    testTimeout: 30_000,
    // Two more than by default: tests wait for other processes much of their time.
    maxWorkers: availableParallelism() + 1,
    // The built package is what people use: Node itself loads it.
    server: { deps: { external: [/\/dist\//] } },
  },
}));
