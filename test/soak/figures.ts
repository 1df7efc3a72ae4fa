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

/** Adds what one seed gave to the sums; of what is named worst, most or longest the largest is kept. */
export function addUp(sums: Record<string, number>, figures: Figures): void {
  for (const [key, value] of Object.entries(figures)) {
    const before = sums[key] ?? 0;
    sums[key] = /^(?:worst|most|longest)/.test(key) ? Math.max(before, Number(value)) : before + Number(value);
  }
}
