/** Runs the benchmarks and prints a table, then one JSON document. Not part of the tests: the machine is noisy. */
import { dataFolder } from '../fixtures/recorded.ts';
import { benchReplay } from './replay.ts';

const folder = dataFolder();
if (folder === undefined) {
  process.stderr.write('bench: the recordings are missing; set CHIMERA_TEST_DATA to their folder\n');
  process.exit(3);
}
const rows = await benchReplay(folder);
for (const row of rows) {
  const verdict = row.ratio >= row.goal ? 'reached' : 'NOT reached';
  process.stdout.write(
    `${row.name.padEnd(48)} ${row.ours.toLocaleString('en-GB').padStart(10)}  goal ${row.reference.toLocaleString('en-GB')}  ×${row.ratio.toFixed(2)}  ${verdict}\n  ${row.note}\n`,
  );
}
process.stdout.write(`${JSON.stringify(rows)}\n`);
