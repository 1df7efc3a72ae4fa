/** From what a check found to the figures of its row. */
import type { Figures } from './check.ts';

/** Throws what is wrong, the first few of it; else gives the numbers among the figures. */
export function numbers(figures: object): Figures {
  const wrong = Object.values(figures).flatMap((value: unknown) => (Array.isArray(value) ? value : []));
  if (wrong.length > 0) throw new Error(`${wrong.length} times: ${wrong.slice(0, 3).join('; ')}`);
  return Object.fromEntries(
    Object.entries(figures).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'number' ? [[key, value]] : [],
    ),
  );
}
