/** The real binary under a real limit of the kernel: its journal may not grow any further while it trades. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { chimera, documentOf, LIVELY, leave } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

/** More than the last words and the HALT file need, less than any journal has by now. */
const LIMIT_BYTES = 65_536;

let session: TerminalSession | undefined;
afterEach(() => session?.dispose());

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;

it.runIf(hasPrlimit)(
  'halts, says so on the screen, still hears a kill, and leaves with code 1 and one line',
  {
    timeout: 60_000,
  },
  async () => {
    // Node writes its cache of compiled code when nobody hears signals any more: under this limit it would die of it.
    const env = { NODE_DISABLE_COMPILE_CACHE: '1' };
    session = startConsole({ columns: 120, rows: 30, env, args: ['--session', 's', '--control', 'auto', ...LIVELY] });
    await session.waitFor(/PAPER .*feed fresh/);
    const dataDir = session.dataDir ?? '';
    const { pid } = documentOf(await chimera(['status', '--json'], { dataDir }));
    expect(spawnSync('prlimit', [`--fsize=${LIMIT_BYTES}`, '--pid', String(pid)]).status).toBe(0);
    const screen = await session.waitFor('NOT RECORDED');
    expect(screen).toContain('the file may not grow any further (EFBIG)');
    expect(screen).toMatch(/HALTED {2}by the journal/);
    const killed = documentOf(await chimera(['kill', '--json'], { dataDir }));
    expect(killed).toMatchObject({ running: true, halted: 'journal', openEntryOrders: 0 });
    expect(killed.unrecorded).toContain('000001.journal');
    const resumed = await chimera(['resume', '--confirm', 'resume trading'], { dataDir });
    expect(resumed.code).toBe(6);
    expect(resumed.stderr).toContain('the journal cannot be written');
    expect(readFileSync(path.join(dataDir, 'HALT'), 'utf8')).toMatch(/^halted by journal/);
    expect(await leave(session)).toBe(1);
    expect(await session.terminalFaults()).toEqual([]);
    expect(session.screenText()).toContain('session s is not whole: cannot write');
    expect(existsSync(path.join(dataDir, 'control.sock'))).toBe(false);
    const verified = await chimera(['verify', 's', '--json'], { dataDir });
    expect(verified.code).toBe(0);
    expect(documentOf(verified)).toMatchObject({ complete: false, holds: true });
    expect(documentOf(verified).lastWords).toBeGreaterThan(2);
    expect(verified.stderr).toContain('kept in last.words');
    expect(documentOf(await chimera(['sessions', '--json'], { dataDir })).sessions).toMatchObject([
      { name: 's', state: 'journal-failed', inputs: expect.any(Number) },
    ]);
    // The HALT file might not have been written either: the last words alone keep the next run halted.
    rmSync(path.join(dataDir, 'HALT'));
    const next = await chimera(['--continue', 's', '--headless', '--for', '1s', '--json'], { dataDir });
    expect(documentOf(next)).toMatchObject({ halted: true });
    expect(next.stderr).toContain('this run begins halted');
  },
);
