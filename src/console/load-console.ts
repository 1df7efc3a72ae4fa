/**
 * Loads the console quickly. Ink takes one function from `es-toolkit/compat`, whose index is 400 files: some 150 ms
 * of the first frame. While Ink is loaded, that import is answered with the one function.
 */
import * as nodeModule from 'node:module';

const WHOLE = 'es-toolkit/compat';
const ONE = 'es-toolkit/compat/throttle';

/** Nothing is changed where the hook is missing (Node before 22.15) or the function is not where it was. */
function shortenInkImport(): () => void {
  if (typeof nodeModule.registerHooks !== 'function') return () => {};
  const hooks = nodeModule.registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== WHOLE || context.parentURL?.includes('/node_modules/ink/') !== true)
        return next(specifier, context);
      try {
        const source = `export { default as throttle } from ${JSON.stringify(next(ONE, context).url)};`;
        return { url: `data:text/javascript,${encodeURIComponent(source)}`, format: 'module', shortCircuit: true };
      } catch {
        return next(specifier, context);
      }
    },
  });
  return () => hooks.deregister();
}

/** The console's entry. `NODE_ENV` must be `production` before: React is read only once. */
export async function loadConsole(): Promise<typeof import('./mount.tsx')> {
  const restore = shortenInkImport();
  try {
    return await import('./mount.tsx');
  } finally {
    restore();
  }
}
