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
          exclude: ['test/cli/**', 'test/engines/**', 'test/drills/**'],
          // Nothing here happens on import, so files may share loaded modules: four times faster.
          isolate: false,
          // Some start processes, and counting coverage makes all of them slower.
          testTimeout: 30_000,
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
      // Each asks a real engine; one after the other, since a cluster needs the machine to keep its times.
      {
        test: {
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          testTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      // The whole service on real engines, from the built product, broken part by part: `npm run drills`. It wants the
      // machine for itself and takes a quarter of an hour, so a plain run leaves it out.
      {
        test: {
          name: 'drills',
          include: process.env['HEADROOM_DRILLS'] ? ['test/drills/**/*.test.ts'] : [],
          globalSetup: ['test/cli/build.ts'],
          sequence: { groupOrder: 2 },
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
