import { defineConfig } from 'vitest/config';

const report = process.env['HEADROOM_TEST_REPORT'];

export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cli/**'],
          // Nothing here happens on import, so files may share loaded modules: four times faster.
          isolate: false,
        },
      },
      // Spawns the built product, so it is built first; a start takes longer than a unit test may.
      {
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          globalSetup: ['test/cli/build.ts'],
          testTimeout: 60_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'bench/**/*.ts', 'service/**/*.ts'],
      // Processes of their own, and what only draws on a terminal: the tests spawn them.
      exclude: [
        ...['bench/*-worker.ts', 'bench/*-main.ts', 'src/commands/**', 'src/cli/**'],
        ...['service/main.ts', 'service/**/*-process.ts'],
      ],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
