/** How the tests run: the shipped build of React, two workers on a two-core machine, compiled output left alone. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The development runtime of JSX does not exist in React's production build.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/bench/**', '**/node_modules/**'],
    // Ink draws nothing but the last frame where it believes in CI: the same everywhere, as on a terminal.
    env: { NODE_ENV: 'production', CI: 'false' },
    // Processes, not threads: the terminal addon, signals and the engine's own worker threads want a main thread.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    passWithNoTests: false,
  },
});
