/**
 * Runs the benchmarks, or those whose names are given (`node test/bench/run.ts journal`), and prints a table, then
 * one JSON document. Not part of the tests: the machine is noisy.
 */
import { dataFolder } from '../fixtures/recorded.ts';
import { benchEnsemble } from './ensemble.ts';
import { benchFeatures } from './features.ts';
import { benchIndicators } from './indicators.ts';
import { benchJournal } from './journal.ts';
import { benchKill } from './kill.ts';
import { benchNets } from './nets.ts';
import { benchReplay } from './replay.ts';
import type { BenchRow } from './row.ts';
import { benchScreen } from './screen.ts';
import { benchSession } from './session.ts';
import { benchTrees } from './trees.ts';
import { benchWire } from './wire.ts';

const BENCHES: Readonly<Record<string, () => BenchRow[] | Promise<BenchRow[]>>> = {
  replay: () => benchReplay(recordings()),
  session: benchSession,
  ensemble: benchEnsemble,
  features: () => benchFeatures(recordings()),
  indicators: benchIndicators,
  journal: benchJournal,
  kill: benchKill,
  nets: benchNets,
  screen: benchScreen,
  trees: benchTrees,
  wire: () => benchWire(recordings()),
};

function recordings(): string {
  const folder = dataFolder();
  if (folder !== undefined) return folder;
  process.stderr.write('bench: the recordings are missing; set CHIMERA_TEST_DATA to their folder\n');
  process.exit(3);
}

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  process.stderr.write(`bench: there is no ${unknown}; choose from ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}
const rows: BenchRow[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length === 0 || asked.includes(name)) rows.push(...(await bench()));
}
for (const row of rows) {
  const verdict = row.ratio >= row.goal ? 'reached' : 'NOT reached';
  process.stdout.write(
    `${row.name.padEnd(64)} ${row.ours.toLocaleString('en-GB').padStart(10)}  reference ${row.reference.toLocaleString('en-GB')}  ×${row.ratio.toFixed(2)} of ×${row.goal.toFixed(2)}  ${verdict}\n  ${row.note}\n`,
  );
}
process.stdout.write(`${JSON.stringify(rows)}\n`);
