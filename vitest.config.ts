/** How the tests run: the shipped build of React, two workers on a two-core machine, compiled output left alone. */
import { defineConfig } from 'vitest/config';

/** Of these every file has a process of its own: they watch memory, signals, terminals or the process itself. */
const ALONE = ['test/e2e/**/*.test.ts', 'test/sim/hostile.test.ts'];
/** So have these, and they import components. */
const DRAWN = ['test/ui/**/*.test.{ts,tsx}', 'test/golden/{pictures,whole-screens}.test.ts'];

/** Node's own modules: the program as it runs, and a third faster than through Vite's. Node reads no JSX. */
const NATIVE = { viteModuleRunner: false, nodeLoader: false };

export default defineConfig({
  // The development runtime of JSX does not exist in React's production build.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    // Ink draws nothing but the last frame where it believes in CI: the same everywhere, as on a terminal.
    env: { NODE_ENV: 'production', CI: 'false' },
    // Processes, not threads: the terminal addon, signals and the engine's own worker threads want a main thread.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    passWithNoTests: false,
    setupFiles: ['test/fixtures/setup.ts'],
    projects: [
      { extends: true, test: { name: 'drawn', include: DRAWN } },
      { extends: true, test: { name: 'alone', include: ALONE, experimental: NATIVE } },
      {
        extends: true,
        // Starting a process for each of a hundred small files takes longer than what is in them.
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...ALONE, ...DRAWN, 'test/bench/**', '**/node_modules/**'],
          isolate: false,
          experimental: NATIVE,
        },
      },
    ],
  },
});
