/** `chimera explain`: one decision of a run as text and as JSON, with the codes and lines it refuses with. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chimera, documentOf, LIVELY, makeDataDir, removeDataDir } from './chimera.ts';
import { startConsole } from './terminal.ts';

const RUN = 'lively';
const ONE_LINE = /^chimera: [^\n]+\n$/;
const ESCAPE = '\u001b';

let dataDir: string;
/** Numbers of the run's first and last decision. */
let firstId: number;
let lastId: number;

const explain = (...args: readonly string[]) => chimera(['explain', ...args], { dataDir });

beforeAll(async () => {
  dataDir = makeDataDir();
  const run = await chimera(['--headless', '--for', '8s', '--session', RUN, '--seed', '7', '--json', ...LIVELY], {
    dataDir,
    timeoutMs: 60_000,
  });
  expect(run).toMatchObject({ code: 0 });
  const { stderr } = await explain(RUN, '--decision', '0');
  const range = /it has (\d+) to (\d+)/.exec(stderr);
  [firstId, lastId] = [Number(range?.[1]), Number(range?.[2])];
}, 90_000);
afterAll(() => removeDataDir(dataDir));

describe('chimera explain', () => {
  it('prints every layer of a decision in 80 columns without colour', async () => {
    expect([firstId, lastId > 5]).toEqual([1, true]);
    const { code, stdout, stderr } = await explain(RUN, '--decision', String(lastId));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^ (BUY|SELL) \S+ at [\d,.]+ {2}(PROPOSED|VETOED|OBSERVED)/);
    expect(lines[1]).toMatch(new RegExp(`^ decision ${lastId}, input [\\d,]+, \\d{4}-\\d\\d-\\d\\d [\\d:.]+ UTC$`));
    expect(lines[2]).toMatch(new RegExp(`^ to stand there: chimera replay ${RUN} --at \\d+ \\\\$`));
    expect(lines[3]).toBe(`   --data-dir ${dataDir}`);
    for (const layer of ['producers', 'vote', 'strategies', 'sizing', 'gates', 'outcome', 'what would have changed it'])
      expect(lines.some((each) => each.startsWith(' ├─ ') && each.includes(layer)) || layer.startsWith('what')).toBe(
        true,
      );
    expect(lines.filter((each) => each.length > 80)).toEqual([]);
    expect(stdout).not.toContain(ESCAPE);
  });

  it('takes the width of a terminal, and its colours', async () => {
    const args = ['explain', RUN, '--decision', '1'];
    const session = startConsole({ dataDir, args, columns: 120, rows: 60 });
    try {
      expect(await session.waitForExit()).toBe(0);
      const screen = session.screenText();
      expect(screen).toContain('what would have changed it');
      expect(screen).toMatch(/allow {2}░{8} halted {12}entries are not halted/);
      expect(session.rawOutput()).toContain(`${ESCAPE}[`);
    } finally {
      await session.dispose();
    }
  });

  it('gives the same as one JSON document, and tells all of a trade', async () => {
    const all = Array.from({ length: lastId }, (_, i) => i + 1);
    let proposed: Record<string, unknown> | undefined;
    for (const id of all.reverse()) {
      const document = documentOf(await explain(RUN, '--decision', String(id), '--json'));
      expect(document).toMatchObject({ session: RUN, run: null, trace: { decisionId: id } });
      expect((document.flips as { texts: string[] }).texts.length).toBeGreaterThan(0);
      if ((document.followed as { kind: string }[]).some(({ kind }) => kind === 'fill')) proposed = document;
      if (proposed !== undefined) break;
    }
    expect(proposed).toBeDefined();
    const kinds = (proposed!.followed as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['proposal-opened', 'proposal-closed', 'order']);
    const { decisionId } = proposed!.trace as { decisionId: number };
    const text = (await explain(RUN, '--decision', String(decisionId))).stdout;
    for (const part of [/├─ proposal {2}#\d+/, /cleared by policy/, /├─ order {2}#\d+ entry/, /fill: (BUY|SELL)/])
      expect(text).toMatch(part);
  }, 120_000);

  it.each([
    [['--decision', '99999'], 3, /lively has no decision 99999: it has 1 to \d+/],
    [['--decision', 'newest'], 2, /--decision must be a whole number/],
    [['--decision', '1', '--run', 'lively-fork-9'], 3, /there is no forked run/],
    [['--decision', '1', '--control', 'auto'], 2, /is a recorded run/],
    [[], 2, /decision/],
  ] as const)('%j ends with one clear line', async (args, code, message) => {
    const outcome = await explain(RUN, ...args);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(ONE_LINE);
    expect(outcome.stderr).toMatch(message);
  });

  it('refuses a recording that was changed, and knows no session that is not there', async () => {
    const sessions = path.join(dataDir, 'sessions');
    cpSync(path.join(sessions, RUN), path.join(sessions, 'rotten'), { recursive: true });
    const file = path.join(
      sessions,
      'rotten',
      readdirSync(path.join(sessions, 'rotten')).find((n) => n.endsWith('.journal'))!,
    );
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 0x40;
    writeFileSync(file, bytes);
    expect(await explain('rotten', '--decision', '1')).toMatchObject({ code: 4, stdout: '' });
    expect(await explain('nothing', '--decision', '1')).toMatchObject({ code: 3, stdout: '' });
  });

  it('--at of a replay is for the console', async () => {
    const outcome = await chimera(['replay', RUN, '--headless', '--at', '12'], { dataDir });
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/--at is for the console/);
  });
});
