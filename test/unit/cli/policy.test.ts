/** `chimera policy`: what is set, refused and shown; and that runs start under what is in force. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readManifest } from '../../../logs/index.ts';
import { runPolicyHistory, runPolicyRollback, runPolicySet, runPolicyShow } from '../../../src/cli/policy.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { LiveHost } from '../../../src/host/live-host.ts';
import { configFor } from '../../../src/host/session-run.ts';
import { takeOwnership } from '../../../src/owner.ts';
import { PolicyStore } from '../../../src/stores/policy-store.ts';
import type { FromEngine } from '../../../state/protocol.ts';
import { IMPORT_DRAFT } from '../../fixtures/journal-sample.ts';
import { thrown } from '../logs/helpers.ts';

let dir: DataDir;
let printed: string[];
let told: string[];
beforeEach(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'chimera-policy-')));
  printed = [];
  told = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir.root, { recursive: true, force: true });
});

const set = (...figures: string[]) => runPolicySet({ dataDir: dir.root, json: true, figures });
const document = () => JSON.parse(printed.splice(0).join('')) as Record<string, unknown>;

test('set, history, rollback and show as JSON', () => {
  expect(set('risk.maxDrawdownPct=15', 'risk.entriesBeforeVolatility=true')).toBe(EXIT.done);
  expect(document()).toMatchObject({
    version: 2,
    how: 'set',
    engineRuns: false,
    changes: [
      { figure: 'risk.maxDrawdownPct', from: 20, to: 15 },
      { figure: 'risk.entriesBeforeVolatility', from: false, to: true },
    ],
  });
  runPolicyRollback({ dataDir: dir.root, json: true, version: undefined });
  expect(document()).toMatchObject({ version: 3, how: 'rollback to 1' });
  runPolicyHistory({ dataDir: dir.root, json: true });
  expect(document().versions).toMatchObject([
    { version: 1, how: 'shipped', changes: [] },
    { version: 2, who: expect.any(String), at: expect.stringMatching(/^\d{4}-/) },
    { version: 3 },
  ]);
  runPolicyShow({ dataDir: dir.root, json: true, version: 2 });
  expect(document()).toMatchObject({ version: 2, inForce: false, figures: { 'risk.maxDrawdownPct': 15 } });
  runPolicyShow({ dataDir: dir.root, json: false, version: undefined });
  expect(printed.join('')).toMatch(/^policy version 3: rollback to 1 by .* UTC\n/);
  expect(printed.join('')).toMatch(
    /\n {2}risk\.maxDrawdownPct +20 {2}loss from the peak that halts \(from 0\.1 to 50\)\n/,
  );
});

test.each([
  ['risk.maxDrawdownPct', EXIT.usage, /is no setting such as/],
  ['=5', EXIT.usage, /is no setting/],
  ['risk.drawdownLimitPpm=5', EXIT.usage, /there is no figure "risk\.drawdownLimitPpm"/],
  ['__proto__=5', EXIT.usage, /there is no figure/],
  ['risk.maxDrawdownPct=', EXIT.usage, /takes a plain number/],
  ['risk.maxDrawdownPct=1e1', EXIT.usage, /takes a plain number/],
  ['risk.maxDrawdownPct=0x10', EXIT.usage, /takes a plain number/],
  ['risk.maxDrawdownPct=c4n4ry', EXIT.usage, /^(?!.*c4n4ry)/],
  ['risk.entriesBeforeVolatility=1', EXIT.usage, /takes true or false/],
  ['risk.maxDrawdownPct=50.1', EXIT.refused, /must be from 0\.1 to 50, not 50\.1/],
  ['risk.maxDrawdownPct=-1', EXIT.refused, /must be from 0\.1 to 50/],
  ['risk.entryCooldownBars=1.5', EXIT.refused, /has steps of 1/],
  ['execution.entryReachBp=400', EXIT.refused, /beyond risk\.priceCollarBp/],
])('%s: refused, with nothing written, also of what was right beside it', (figure, exitCode, message) => {
  expect(thrown(() => set('risk.maxOpenPositions=4', figure))).toMatchObject({
    exitCode,
    message: expect.stringMatching(message),
  });
  expect(new PolicyStore(dir).versions()).toHaveLength(1);
});

test('the same figure twice, and no change at all, are refused', () => {
  expect(thrown(() => set('risk.maxOpenPositions=4', 'risk.maxOpenPositions=5'))).toMatchObject({
    exitCode: EXIT.usage,
  });
  expect(thrown(() => set('risk.maxOpenPositions=8'))).toMatchObject({ exitCode: EXIT.refused });
});

test('while an engine runs it is told that it keeps what it started with', () => {
  const engine = takeOwnership(dir, '2026-01-02T03:04:05.000Z');
  set('risk.maxOpenPositions=4');
  engine.release();
  expect(document()).toMatchObject({ engineRuns: true });
  expect(told.join('')).toMatch(/the engine that runs \(pid \d+, since 2026[^)]*\) keeps the policy it started with/);
});

const LIVE = {
  kind: 'live',
  symbols: ['BTC/USDT:USDT'],
  seed: 1,
  control: 'manual',
  barIntervalUs: 1_000_000,
  startingCash: '10000',
  ratePerSecond: 50,
  warmupMs: 1_000,
  forMs: 0,
  session: 's',
  continues: undefined,
} as const;

test('a run starts under the policy in force, and its manifest says so; a recorded one keeps its own', async () => {
  set('risk.maxOpenPositions=4');
  const messages: FromEngine[] = [];
  const host = new LiveHost({ ...LIVE, dataDir: dir.root }, (message) => messages.push(message));
  host.start();
  const isOpen = () => existsSync(dir.socket) && (statSync(dir.socket).mode & 0o777) === 0o600;
  await expect.poll(isOpen, { timeout: 10_000, interval: 5 }).toBe(true);
  host.stop('the test is over');
  await expect.poll(() => messages.some(({ type }) => type === 'stopped'), { timeout: 10_000, interval: 5 }).toBe(true);
  const manifest = readManifest(join(dir.sessions, 's'));
  expect(manifest.config?.policy).toMatchObject({ version: 2, risk: { maxOpenPositions: 4 } });
  const { policy } = new PolicyStore(dir).rollback(1, { who: 'x', at: '2026-01-02T03:04:05Z' });
  const run = { control: undefined, barIntervalUs: undefined, seed: 1, startingCash: '10000', policy };
  expect(configFor(manifest, run).policy.version).toBe(2);
  const imported = { ...IMPORT_DRAFT, formatVersion: 1, name: 'i', inputs: 0, firstUs: 0, lastUs: 0, complete: false };
  expect(configFor(imported as typeof manifest, run).policy.version).toBe(3);
});

test('under a policy file that is damaged no run starts, and nothing is recorded', () => {
  set('risk.maxOpenPositions=4');
  const text = readFileSync(dir.policyFile, 'utf8').slice(0, -9);
  writeFileSync(dir.policyFile, text);
  expect(thrown(() => new LiveHost({ ...LIVE, dataDir: dir.root }, () => {}))).toMatchObject({
    exitCode: EXIT.badInput,
    message: expect.stringContaining('policy.json is refused and left as it is'),
  });
  expect(readFileSync(dir.policyFile, 'utf8')).toBe(text);
  expect(() => readManifest(join(dir.sessions, 's'))).toThrow();
});
