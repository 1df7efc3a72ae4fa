/** `npm run soak`: every long check at its full count, with a table at the end, or JSON. */
import { parseArgs } from 'node:util';
import type { Figures } from './check.ts';
import { CHECKS } from './checks.ts';

interface Row {
  readonly check: string;
  readonly holds: string;
  readonly passed: boolean;
  readonly count: number;
  readonly unit: string;
  readonly seconds: number;
  readonly figures: Figures;
  readonly failure: string | undefined;
}

const USAGE = 'usage: npm run soak -- [--seeds N] [--from SEED] [--only NAME[,NAME]] [--json]';

function options(): { seeds: number | undefined; from: number; only: readonly string[]; json: boolean } {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const seeds = values.seeds === undefined ? undefined : Number(values.seeds);
  const from = Number(values.from);
  const only = values.only?.split(',') ?? CHECKS.map((check) => check.name);
  const unknown = only.find((name) => !CHECKS.some((check) => check.name === name));
  if (unknown !== undefined) throw new Error(`there is no check ${unknown}: ${CHECKS.map((c) => c.name).join(' ')}`);
  for (const number of [seeds ?? 1, from]) {
    if (!Number.isSafeInteger(number) || number < 1) throw new Error('seeds are whole numbers from 1');
  }
  return { seeds, from, only, json: values.json };
}

async function runAll(): Promise<boolean> {
  const { seeds, from, only, json } = options();
  const rows: Row[] = [];
  for (const check of CHECKS.filter(({ name }) => only.includes(name))) {
    const count = seeds ?? check.full;
    process.stderr.write(`${check.name}: ${count} ${check.unit} …\n`);
    const startMs = performance.now();
    let figures: Figures = {};
    let failure: string | undefined;
    try {
      figures = await check.run(count, from);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    const seconds = Math.round((performance.now() - startMs) / 100) / 10;
    const { name, holds, unit } = check;
    rows.push({ check: name, holds, passed: failure === undefined, count, unit, seconds, figures, failure });
  }
  process.stdout.write(json ? `${JSON.stringify(rows, undefined, 2)}\n` : table(rows));
  return rows.every((row) => row.passed);
}

function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const figures = Object.entries(row.figures).map(([name, value]) => `${name} ${value}`);
    const head = `${row.passed ? 'holds ' : 'FAILED'}  ${row.check.padEnd(18)} ${String(row.count).padStart(7)} ${row.unit}, ${row.seconds} s`;
    return [head, `        ${row.holds}`, `        ${row.failure ?? figures.join(' · ')}`].join('\n');
  });
  return `${lines.join('\n')}\n${rows.filter((row) => row.passed).length} of ${rows.length} hold\n`;
}

try {
  process.exitCode = (await runAll()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}
