/** The policy's versions: every figure by its name and unit, bounds, history and the way back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_POLICY, isTomeFigure, type Policy, TOME_FIGURES } from '../../../engine/domain/index.ts';
import { createState } from '../../../engine/index.ts';
import { policySchema } from '../../../logs/index.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import {
  FIGURES,
  type FigureValue,
  figureNamed,
  figureRefusal,
  policyRefusal,
  readFigure,
  withFigure,
} from '../../../src/stores/policy-figures.ts';
import { POLICY_FORMAT, PolicyStore } from '../../../src/stores/policy-store.ts';
import { CONFIG } from '../../fixtures/journal-sample.ts';
import { thrown } from '../logs/helpers.ts';

let dir: DataDir;
beforeEach(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'chimera-policy-')));
});
afterEach(() => rmSync(dir.root, { recursive: true, force: true }));

const AUTHOR = { who: 'ada', at: '2026-01-02T03:04:05.000Z' };
const store = () => new PolicyStore(dir);
const setting = (name: string, value: FigureValue) => (policy: Policy) => withFigure(policy, figureNamed(name)!, value);

/** Every number of a policy with the keys that lead to it. */
function leaves(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object') return [path.join('.')];
  return Object.entries(value as object).flatMap(([key, child]) => leaves(child, [...path, key]));
}

test('every figure of the policy has one name, and no other thing has', () => {
  const named = FIGURES.map(({ path }) => path.join('.')).sort();
  expect(named).toEqual(
    leaves(DEFAULT_POLICY)
      .filter((leaf) => leaf !== 'version')
      .sort(),
  );
  expect(new Set(FIGURES.map(({ name }) => name)).size).toBe(FIGURES.length);
});

/** The stored policy's format follows the policy's figures: who changes them raises it, with a step from the one before. */
test('format 3 of the policy file has these figures', () => {
  expect(POLICY_FORMAT.version).toBe(3);
  expect(leaves(DEFAULT_POLICY)).toHaveLength(88);
});

test.each([
  ['risk.maxDrawdownPct', 20, 'risk.drawdownLimitPpm', 15, 150_000],
  ['risk.maxLeverageX', 3, 'risk.leverageLimitPpm', 2.5, 2_500_000],
  ['risk.priceCollarBp', 50, 'risk.collarPpm', 12.5, 1_250],
  ['risk.staleAfterMs', 3_000, 'risk.staleAfterUs', 1_500, 1_500_000],
  ['execution.proposalTtlS', 20, 'execution.proposalTtlUs', 30.5, 30_500_000],
  ['execution.riskPerTradePct', 0.02, 'execution.riskPerTradePpm', 0.1, 1_000],
  ['decision.minWeightPct', 30, 'decision.minWeight', 66.6, 0.666],
  ['governor.throttledWeightPct', 50, 'governor.throttledWeightShare', 25, 0.25],
  ['weight.energy', 0.8, 'decision.producerWeights.3', 1.25, 1.25],
  ['weight.nhits', 0.3, 'decision.modelWeights.2', 0.5, 0.5],
])('%s is %d as shipped and speaks of %s', (name, shipped, path, value, stored) => {
  const figure = figureNamed(name)!;
  expect(readFigure(DEFAULT_POLICY, figure)).toBe(shipped);
  const changed = withFigure(DEFAULT_POLICY, figure, value);
  const at = path.split('.').reduce<unknown>((holder, key) => (holder as Record<string, unknown>)[key], changed);
  expect(at).toBe(stored);
  expect(readFigure(changed, figure)).toBe(value);
  expect(leaves(changed).filter((leaf) => !leaves(DEFAULT_POLICY).includes(leaf))).toEqual([]);
});

/** What `chimera strategies blocks` names can be set, and a block judges by the number that was set. */
test.each(Object.keys(TOME_FIGURES))('%s is the same figure, in the same unit, in a tome and in the policy', (name) => {
  const figure = figureNamed(name);
  if (figure === undefined || !isTomeFigure(name)) throw new Error(`the policy has no figure ${name}`);
  expect(readFigure(DEFAULT_POLICY, figure)).toBe(TOME_FIGURES[name](DEFAULT_POLICY.decision));
});

test('the shipped policy is within its bounds', () => expect(policyRefusal(DEFAULT_POLICY)).toBeUndefined());

test('what is done or not is true or false', () => {
  const figure = figureNamed('risk.entriesBeforeVolatility')!;
  const changed = withFigure(DEFAULT_POLICY, figure, true);
  expect(changed.risk.entriesBeforeVolatility).toBe(true);
  expect(readFigure(changed, figure)).toBe(true);
  expect(figureRefusal(figure, 1)).toMatch(/must be true or false, not 1/);
  expect(figureRefusal(figureNamed('risk.maxDrawdownPct')!, true)).toMatch(/must be from 0.1 to 50, not true/);
});

const NUMBERS = FIGURES.flatMap((figure) => (figure.range === undefined ? [] : [{ figure, range: figure.range }]));

test('whatever the bounds allow the engine takes, and it reads back as it was set', () => {
  const anyValue = fc
    .constantFrom(...NUMBERS)
    .chain((chosen) =>
      fc.tuple(fc.constant(chosen), fc.double({ min: chosen.range.least, max: chosen.range.most, noNaN: true })),
    );
  fc.assert(
    fc.property(fc.array(anyValue, { minLength: 1, maxLength: 5 }), (wanted) => {
      let policy = DEFAULT_POLICY;
      for (const [{ figure, range }, raw] of wanted) {
        const step = range.whole ? 1 / range.scale : 1e-6;
        const value = Number((Math.round(raw / step) * step).toPrecision(9));
        if (figureRefusal(figure, value) !== undefined) continue;
        policy = withFigure(policy, figure, value);
        expect(readFigure(policy, figure)).toBe(value);
      }
      expect(policySchema.safeParse(policy).success).toBe(true);
      createState({ ...CONFIG, bookLevels: 1, instruments: CONFIG.instruments.slice(0, 1), policy });
    }),
    { numRuns: 60 },
  );
});

test('every number is refused just outside its bounds, and between the steps of whole ones', () => {
  for (const { figure, range } of NUMBERS) {
    const { least, most, whole, scale } = range;
    for (const value of [least - 1e-6, most + 1e-6, Number.NaN, Number.POSITIVE_INFINITY])
      expect(figureRefusal(figure, value), `${figure.name} ${value}`).toContain(`must be from ${least} to ${most}`);
    expect(figureRefusal(figure, least)).toBeUndefined();
    expect(figureRefusal(figure, most)).toBeUndefined();
    if (whole) expect(figureRefusal(figure, most - 0.1 / scale)).toMatch(/has steps of/);
  }
});

test('versions are kept with author, time and change; a rollback is a new version', () => {
  expect(store().inForce()).toMatchObject({ version: 1, how: 'shipped', policy: DEFAULT_POLICY });
  store().set(setting('risk.maxDrawdownPct', 15), AUTHOR);
  store().set((policy) => setting('weight.rsi', 0)(setting('paper.takerFeeBp', 4)(policy)), AUTHOR);
  const back = store().rollback(undefined, AUTHOR);
  expect(back).toMatchObject({ version: 4, how: 'rollback to 2', ...AUTHOR });
  expect(back.policy).toEqual({ ...setting('risk.maxDrawdownPct', 15)(DEFAULT_POLICY), version: 4 });
  store().rollback(1, AUTHOR);
  expect(store().inForce().policy).toEqual({ ...DEFAULT_POLICY, version: 5 });
  expect(
    store()
      .versions()
      .map(({ version, changes }) => [version, changes.length]),
  ).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 2],
    [5, 1],
  ]);
  expect(store().versions()[2]!.changes).toEqual([
    { figure: 'weight.rsi', from: 1, to: 0 },
    { figure: 'paper.takerFeeBp', from: 5, to: 4 },
  ]);
});

test.each([
  ['beyond its bounds', setting('risk.maxDrawdownPct', 51), /risk\.maxDrawdownPct must be from 0\.1 to 50, not 51/],
  ['figures that contradict one another', setting('execution.entryReachBp', 51), /beyond risk\.priceCollarBp/],
  ['no change', (policy: Policy) => policy, /that is what is in force/],
])('%s: refused, and nothing is written', (_name, change, reason) => {
  store().set(setting('risk.maxOpenPositions', 3), AUTHOR);
  const before = readFileSync(dir.policyFile, 'utf8');
  expect(thrown(() => store().set(change, AUTHOR))).toMatchObject({
    exitCode: EXIT.refused,
    message: expect.stringMatching(reason),
  });
  expect(readFileSync(dir.policyFile, 'utf8')).toBe(before);
});

test.each([0, 2, 3, -1, 1.5])('there is no going back to version %d of two', (version) => {
  store().set(setting('risk.maxOpenPositions', 3), AUTHOR);
  expect(thrown(() => store().rollback(version, AUTHOR))).toMatchObject({ exitCode: EXIT.usage });
});

test.each(['[]', '[7]', '[null]', '{}', '[[]]'])('a file with %s for versions is refused in one line', (versions) => {
  writeFileSync(dir.policyFile, `{"formatVersion":3,"versions":${versions}}`);
  expect(thrown(() => store().inForce())).toMatchObject({
    exitCode: EXIT.badInput,
    message: expect.stringMatching(/^policy\.json is refused and left as it is: versions[^\n]+$/),
  });
});

/** Makes a policy what it was before strategies were data and models voted. */
function withoutStrategies(policy: { decision: Record<string, unknown>; supervision?: unknown }): void {
  const { decision } = policy;
  delete policy.supervision;
  for (const name of ['strategies', 'combination', 'weighting', 'minWeight', 'reweighOutcomes', 'mostOpportunities'])
    delete decision[name];
  for (const name of Object.keys(decision)) if (/model/i.test(name)) delete decision[name];
}

/** The strategies that counted before models voted: an older file is left with them. */
const EARLIER = { ...DEFAULT_POLICY.decision, strategies: 'confluence,momentum-volume' };

test('a file of format 2 gets the strategies that counted before', () => {
  store().set(setting('decision.repeatBars', 7), AUTHOR);
  const file = JSON.parse(readFileSync(dir.policyFile, 'utf8'));
  for (const { policy } of file.versions) {
    withoutStrategies(policy);
    withoutReadings(policy);
  }
  writeFileSync(dir.policyFile, JSON.stringify({ ...file, formatVersion: 2 }));
  expect(store().inForce().policy.decision).toEqual({ ...EARLIER, repeatBars: 7 });
});

test('words are set as words, each within its bounds', () => {
  const words = (name: string, value: string) => figureRefusal(figureNamed(name)!, value);
  expect(words('decision.combination', 'learned')).toBeUndefined();
  expect(words('decision.combination', 'all')).toMatch(/must be agreement, weighted, learned, not all/);
  expect(words('decision.strategies', 'rsi-support,confluence')).toBeUndefined();
  for (const bad of ['', 'a,', 'a,a', 'A', 'a b', 'a'.repeat(25)])
    expect(words('decision.strategies', bad), bad).toMatch(/must be names/);
  const { policy, changes } = store().set(setting('decision.strategies', 'rsi-support'), AUTHOR);
  expect(policy.decision.strategies).toBe('rsi-support');
  expect(changes).toEqual([
    { figure: 'decision.strategies', from: DEFAULT_POLICY.decision.strategies, to: 'rsi-support' },
  ]);
});

/** Makes a policy what it was before there were readings. */
function withoutReadings({
  decision,
}: {
  decision: { signal: Record<string, unknown>; producerWeights: number[] };
}): void {
  decision.producerWeights.length = 6;
  for (const name of Object.keys(decision.signal))
    if (/^(?:funding|social|whale)/.test(name)) delete decision.signal[name];
}

test('a file of format 1 is carried forward: figures that came later have what they shipped with, its own stay', () => {
  store().set(setting('risk.maxOpenPositions', 3), AUTHOR);
  const file = JSON.parse(readFileSync(dir.policyFile, 'utf8'));
  for (const { policy } of file.versions) {
    delete policy.live;
    delete policy.risk.maxDecisionsPerSecond;
    withoutStrategies(policy);
    withoutReadings(policy);
  }
  writeFileSync(dir.policyFile, JSON.stringify({ ...file, formatVersion: 1 }));
  const { policy } = store().inForce();
  const risk = { ...DEFAULT_POLICY.risk, maxOpenPositions: 3 };
  expect(policy).toEqual({ ...DEFAULT_POLICY, version: 2, risk, decision: EARLIER });
  expect(store().versions()).toHaveLength(2);
  expect(store().set(setting('risk.maxOpenPositions', 4), AUTHOR).version).toBe(3);
  expect(JSON.parse(readFileSync(dir.policyFile, 'utf8')).formatVersion).toBe(3);
});

test('a file of format 2 gets the producers of readings, behind the weights that it has', () => {
  store().set((policy) => setting('weight.gaussian', 0.25)(setting('signal.flow', 0.4)(policy)), AUTHOR);
  const file = JSON.parse(readFileSync(dir.policyFile, 'utf8'));
  for (const { policy } of file.versions) {
    withoutStrategies(policy);
    withoutReadings(policy);
  }
  writeFileSync(dir.policyFile, JSON.stringify({ ...file, formatVersion: 2 }));
  const { policy } = store().inForce();
  expect(policy.decision.producerWeights).toEqual([1, 1, 1, 0.8, 0.8, 0.25, 0.5, 0.5, 0.8]);
  expect(policy.decision.signal).toEqual({ ...DEFAULT_POLICY.decision.signal, flow: 0.4 });
});

test('a text that looks like a secret does not come out of the file', () => {
  store().set(setting('risk.maxOpenPositions', 3), AUTHOR);
  const text = readFileSync(dir.policyFile, 'utf8');
  writeFileSync(dir.policyFile, text.replace('"who": "ada"', '"who": "apiKey=c4n4ry"'));
  expect(JSON.stringify(store().versions())).not.toContain('c4n4ry');
  writeFileSync(dir.policyFile, text.replace('"who": "ada"', '"apiKey=c4n4ry": 1'));
  expect((thrown(() => store().versions()) as Error).message).not.toContain('c4n4ry');
});

test.each([
  [
    'a figure beyond its bounds',
    /"drawdownLimitPpm": \d+/g,
    '"drawdownLimitPpm": 990000',
    /risk\.maxDrawdownPct must be/,
  ],
  ['a figure that is missing', /"drawdownLimitPpm": \d+/g, '"other": 1', /drawdownLimitPpm/],
  ['a number skipped', /"version": 2/g, '"version": 3', /not numbered/],
  ['a time that is none', '2026-01-02', '2026-13-02', /versions\.1\.at/],
])('a file changed by hand (%s) is refused', (_name, from, to, reason) => {
  store().set(setting('risk.maxOpenPositions', 3), AUTHOR);
  const text = readFileSync(dir.policyFile, 'utf8').replace(from, to);
  writeFileSync(dir.policyFile, text);
  expect(thrown(() => store().inForce())).toMatchObject({
    exitCode: EXIT.badInput,
    message: expect.stringMatching(reason),
  });
  expect(readFileSync(dir.policyFile, 'utf8')).toBe(text);
});
