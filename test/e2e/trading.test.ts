/** An operator's session on the real binary, from the first proposal to a kill that outlives the restart, and its replay. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../engine/domain/index.ts';
import { type LoadedSession, loadSession } from '../../logs/index.ts';
import {
  answerProposal,
  BRIEF,
  chimera,
  documentOf,
  LIVELY,
  leave,
  makeDataDir,
  removeDataDir,
  shownCode,
  typeCode,
} from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const SESSION = 'operated';

let dataDir: string;
let session: TerminalSession | undefined;

function current(): TerminalSession {
  if (session === undefined) throw new Error('the console has not been started');
  return session;
}

const haltFile = (): string => path.join(dataDir, 'HALT');

beforeAll(async () => {
  dataDir = makeDataDir();
  // A proposal that nobody answers is waited for.
  const set = await chimera(['policy', 'set', 'execution.proposalTtlS=5'], { dataDir });
  expect(set).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await session?.dispose();
  removeDataDir(dataDir);
});

describe('an operated session', () => {
  const answers = { vetoed: 0, approved: new Set<number>() };

  it('vetoes a proposal by v and approves another by a, which becomes an order and a fill', async () => {
    session = startConsole({ dataDir, args: [...LIVELY, '--session', SESSION] });
    await session.waitFor(/PAPER.*MANUAL.*feed fresh/);
    answers.vetoed = await answerProposal(session, 'v', new Set());
    // The price may have run away by then, so that risk is checked again and there is no order; and a limit order need not
    // find the other side: another proposal then.
    for (let filled = false; !filled; ) {
      expect(answers.approved.size).toBeLessThan(6);
      answers.approved.add(await answerProposal(session, 'a', answers.approved));
      filled = await session.waitFor(/FILL .*order #\d+ (BUY|SELL)/, 6_000).then(
        () => true,
        () => false,
      );
    }
    // A position stands until its stop or target, and has left at least its round trip.
    await session.waitFor(/(LONG|SHORT) +[\d.,]+ +[\d.,]+ |trades [1-9]/);
  }, 60_000);

  it('lets one expire that nobody answers', async () => {
    await current().waitFor(/PROPOSAL .*#\d+ expired without an answer/, 40_000);
  }, 45_000);

  it('tightens control at once and loosens it for a typed code only', async () => {
    await current().press('m');
    await current().waitFor(/PAPER.*OBSERVE/);
    await current().press('M');
    await typeCode(current(), 'zz');
    await current().waitFor('That was not the code');
    expect(current().screenText()).toMatch(/PAPER.*OBSERVE/);
    await typeCode(current(), (await shownCode(current())).toLowerCase());
    await current().waitFor(/PAPER.*MANUAL/);
  }, 20_000);

  it('kills by Ctrl-K, even under an open dialog; other processes see it, and HALT is written', async () => {
    await current().press('?', 'Ctrl-K');
    await current().waitFor(/HALTED +by the operator .*no entry open/);
    // The screen does not wait for the disk; the answer to the key does.
    await expect.poll(() => existsSync(haltFile())).toBe(true);
    const status = documentOf(await chimera(['status', '--json'], { dataDir }));
    expect(status).toMatchObject({
      running: true,
      session: SESSION,
      control: 'manual',
      halted: 'operator',
      kill: 'none-open',
      openEntryOrders: 0,
    });
    await current().press('Escape');
  }, 20_000);

  it('leaves halted, with the terminal as it was', async () => {
    expect(await leave(current())).toBe(0);
    expect(await current().terminalFaults()).toEqual([]);
    expect(current().screenText()).toMatch(/session over[\s\S]*halted +true/);
    expect(documentOf(await chimera(['status', '--json'], { dataDir }))).toEqual({ running: false, haltFile: true });
  }, 20_000);

  it('starts halted on the same directory; a wrong code does not resume, the right one does', async () => {
    await current().dispose();
    session = startConsole({ dataDir, args: [...BRIEF, '--session', 'resumed'], columns: 80, rows: 24 });
    await session.waitFor(/HALTED .*HALT file/);
    await session.press('R');
    await typeCode(session, 'no');
    await session.waitFor('That was not the code');
    expect(existsSync(haltFile())).toBe(true);
    await typeCode(session, await shownCode(session));
    await session.waitFor('resume: done');
    await session.waitFor((screen) => !screen.includes('HALTED'));
    expect(existsSync(haltFile())).toBe(false);
    expect(await leave(session)).toBe(0);
    expect(await session.terminalFaults()).toEqual([]);
  }, 30_000);

  it('is in the journal as it was operated: three outcomes, control, kill, resume', () => {
    const events = [...load(SESSION).outputs.events()];
    const outcomes = new Map<number, string>();
    for (const event of events) if (event.kind === 'proposal-closed') outcomes.set(event.proposalId, event.outcome);
    expect(outcomes.get(answers.vetoed)).toBe('vetoed-by-operator');
    for (const id of answers.approved) expect(outcomes.get(id)).toMatch(/^cleared-by-operator$|^refused-at-clearing$/);
    expect([...outcomes.values()]).toContain('expired');
    expect([...outcomes.values()]).not.toContain('cleared-by-policy');
    // Nobody but the operator has cleared an entry.
    const cleared = [...outcomes].filter(([, outcome]) => outcome === 'cleared-by-operator').map(([id]) => id);
    expect(cleared.every((id) => answers.approved.has(id))).toBe(true);
    expect(kindsOf(events, 'control')).toEqual(['manual', 'observe', 'manual']);
    expect(events.some((event) => event.kind === 'fill')).toBe(true);
    expect(kindsOf(events, 'kill')).toEqual(expect.arrayContaining(['blocking', 'none-open']));
    const again = [...load('resumed').outputs.events()];
    expect(kindsOf(again, 'kill')).toEqual(['blocking', 'none-open', 'armed']);
    expect(again.some((event) => event.kind === 'resume')).toBe(true);
  });

  it.each([
    [SESSION, ['--no-opt']],
    ['resumed', []],
  ])(
    '%s verifies, and replays to the hash of its manifest in other processes',
    async (name, nodeFlags) => {
      const { stateHash } = load(name).manifest;
      expect(stateHash).toMatch(/^[0-9a-f]{32}$/);
      const runs = await Promise.all([
        chimera(['verify', name, '--json'], { dataDir }),
        chimera(['replay', name, '--headless', '--json'], { dataDir, nodeFlags, timeoutMs: 60_000 }),
      ]);
      for (const run of runs) expect(run).toMatchObject({ code: 0, stderr: '' });
      const [verified, replay] = runs.map(documentOf);
      expect(verified).toMatchObject({
        session: name,
        holds: true,
        complete: true,
        replay: `equal, state ${stateHash}`,
      });
      expect(replay).toMatchObject({ session: name, stateHash, inputs: load(name).manifest.inputs });
      if (name === SESSION) expect(Number(replay?.decisions)).toBeGreaterThan(0);
      expect(Number(replay?.eventsPerSecond)).toBeGreaterThan(0);
    },
    90_000,
  );

  it('is replayed on the console, with its decisions and keys on the timeline', async () => {
    await current().dispose();
    session = startConsole({ dataDir, args: ['replay', SESSION] });
    await session.waitFor((screen) => /PAUSE +0 \//.test(screen) && !screen.includes('indexed'));
    await session.press('}');
    await session.waitFor(/FILL .*order #\d+/);
    await session.press('End');
    await session.waitFor(/HALTED/);
    await session.press('q', 'l');
    expect(await session.waitForExit()).toBe(0);
    expect(await session.terminalFaults()).toEqual([]);
    expect(readdirSync(path.join(dataDir, 'sessions')).sort()).toEqual([SESSION, 'resumed']);
  }, 20_000);
});

const load = (name: string): LoadedSession => loadSession(path.join(dataDir, 'sessions', name));

function kindsOf(events: readonly EngineEvent[], kind: 'kill' | 'control'): string[] {
  return events.flatMap((event) => {
    if (event.kind !== kind) return [];
    return event.kind === 'kill' ? [event.stage] : event.kind === 'control' ? [event.to] : [];
  });
}
