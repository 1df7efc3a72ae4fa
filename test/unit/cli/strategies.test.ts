/** `chimera strategies`: what is listed, shown and checked, and that a run takes what is there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BLOCKS, SHIPPED_TOMES } from '../../../engine/domain/index.ts';
import { runExportFeatures } from '../../../src/cli/export-features.ts';
import { runPolicyRollback, runPolicySet } from '../../../src/cli/policy.ts';
import { runReplay } from '../../../src/cli/replay.ts';
import { runBlockList, runStrategyCheck, runStrategyList, runStrategyShow } from '../../../src/cli/strategies.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { rulesInForce } from '../../../src/host/config.ts';
import { recordBrainSession } from '../../fixtures/brain-session.ts';
import { recordMarket } from '../../fixtures/recorded-market.ts';
import { thrown } from '../logs/helpers.ts';

let dir: DataDir;
let printed: string[];
beforeEach(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'chimera-strategies-')));
  mkdirSync(dir.strategies);
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir.root, { recursive: true, force: true });
});

const args = (json: boolean) => ({ dataDir: dir.root, json });
const output = () => printed.splice(0).join('');
const document = () => JSON.parse(output()) as Record<string, unknown>;

test('what ships can be shown as a file, renamed, checked, made to count, and runs', () => {
  runStrategyShow({ ...args(true), name: 'rsi-support' });
  const shown = document();
  expect(shown).toEqual(SHIPPED_TOMES.find(({ name }) => name === 'rsi-support'));
  const file = join(dir.strategies, 'mine.json');
  writeFileSync(file, JSON.stringify({ ...shown, name: 'mine', title: 'My own' }));
  expect(runStrategyCheck({ ...args(false), file })).toBe(EXIT.done);
  expect(output()).toMatch(/^mine holds: 2 blocks; in .*strategies it observes until decision\.strategies names it\n$/);
  expect(thrown(() => runPolicySet({ ...args(true), figures: ['decision.strategies=mine,gone'] }))).toMatchObject({
    exitCode: EXIT.refused,
    message: 'policy is unchanged: there is no strategy gone: see chimera strategies',
  });
  runPolicySet({ ...args(true), figures: ['decision.strategies=mine'] });
  output();
  runStrategyList(args(true));
  const { strategies } = document() as {
    strategies: readonly { name: string; counts: boolean; file: string | null }[];
  };
  expect(strategies.filter(({ counts }) => counts)).toMatchObject([{ name: 'mine', title: 'My own', file }]);
  runStrategyList(args(false));
  expect(output()).toMatch(/^confluence +observes .*\(ships\)\n(?:.*\n)+mine +counts +My own \(mine\.json\)\n$/);
  expect(rulesInForce(dir, () => {}).strategies).toHaveLength(SHIPPED_TOMES.length + 1);
});

/** A strategy of the operator's own that counts. */
function countMine(): string {
  const file = join(dir.strategies, 'mine.json');
  writeFileSync(file, JSON.stringify({ ...SHIPPED_TOMES[0], name: 'mine', title: 'My own' }));
  runPolicySet({ ...args(true), figures: ['decision.strategies=mine'] });
  output();
  return file;
}
const NOTHING_ASKED = { control: undefined, bar: undefined, seed: 1, cash: '10000', run: undefined } as const;
const replay = (session: string) =>
  runReplay({ ...args(true), session, ...NOTHING_ASKED, headless: true, plain: false, at: undefined });

test('features of an import are written also where a strategy of its own counts', () => {
  recordMarket(dir.root, 'imported', 500);
  countMine();
  const out = join(dir.root, 'features');
  expect(runExportFeatures({ ...args(true), session: 'imported', format: 'csv', out })).toBe(EXIT.done);
});

test('policy does not go back to a strategy that is there no more', () => {
  rmSync(countMine());
  runPolicySet({ ...args(true), figures: ['decision.strategies=confluence'] });
  expect(thrown(() => runPolicyRollback({ ...args(true), version: undefined }))).toMatchObject({
    exitCode: EXIT.refused,
    message: 'policy is unchanged: there is no strategy mine: see chimera strategies',
  });
  expect(rulesInForce(dir, () => {}).policy.decision.strategies).toBe('confluence');
});

test('a strategy that is damaged keeps imports from being run, and recorded sessions from nothing', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  recordMarket(dir.root, 'imported', 500);
  recordBrainSession(dir.sessions);
  writeFileSync(countMine(), '{');
  await expect(replay('imported')).rejects.toThrow(/^strategy mine\.json is refused: it is not JSON/);
  expect(await replay('s')).toBe(EXIT.done);
});

test('a strategy is shown with its figures, and what is not given as it is otherwise', () => {
  runStrategyShow({ ...args(false), name: 'volatility-regime' });
  expect(output()).toMatch(
    / when +volatility \(least 0\.5; most 1\.5\): .*\n +unless +regime \(is turbulent; chance 0\.5\)/,
  );
  runPolicySet({ ...args(true), figures: ['decision.minModels=3'] });
  output();
  runStrategyShow({ ...args(false), name: 'ensemble' });
  expect(output()).toContain('ensemble (models decision.minModels, now 3; score decision.minModelScore, now 0.1;');
  expect(thrown(() => runStrategyShow({ ...args(false), name: 'luck\u001b' }))).toMatchObject({
    exitCode: EXIT.usage,
    message: expect.stringMatching(/^there is no strategy "luck[^\p{Cc}]*": confluence, /u),
  });
});

test('a file that takes the name of one that ships is refused', () => {
  const file = join(dir.root, 'x.json');
  writeFileSync(file, JSON.stringify(SHIPPED_TOMES[0]));
  expect(thrown(() => runStrategyCheck({ ...args(false), file }))).toMatchObject({ exitCode: EXIT.badInput });
});

test('every block is listed with its parameters', () => {
  runBlockList(args(false));
  const text = output();
  for (const name of BLOCKS) expect(text).toContain(`${name} (`);
  expect(text).toMatch(/ +is: which, one of calm, up, down, turbulent; turbulent where it is not given\n/);
  expect(text).toMatch(/A number may be a figure of policy: decision\.minScore, /);
  runBlockList(args(true));
  expect(document().blocks).toHaveLength(BLOCKS.length);
});
