import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Decorators in tests are lowered as legacy ones: the compiler behind vitest leaves standard ones in place.
  oxc: { decorator: { legacy: true } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // The built package is what people use: Node itself loads it.
    server: { deps: { external: [/\/dist\//] } },
  },
});
