/** The console through a real SSH connection: nothing is half drawn, the terminal is as it was, the engine minds nothing. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSession } from '../../logs/index.ts';
import { askEngine } from '../../src/control/client.ts';
import type { DataDir } from '../../src/data-dir.ts';
import { readsOf, rowsInUse } from './blank-rows.ts';
import { BRIEF, flattenAll, HELD, LIVELY, leave } from './chimera.ts';
import { assignments, preload, strike } from './planted.ts';
import { HAS_SSH, SshServer } from './ssh.ts';
import { consoleCommand, erasingCommand, readsBy, stallClient } from './ssh-console.ts';
import { MOST_GAP_MS } from './stall.ts';
import type { TerminalSession } from './terminal.ts';
import { HAS_TMUX, Tmux } from './tmux.ts';

const RUNNING = /PAPER +MANUAL +feed fresh/;
/** Several at once, each with a connection to be made first. */
const STARTS_WITHIN_MS = 30_000;
const READS = 50;
const STALL_S = 4;
const WITHOUT = HAS_SSH ? '' : ' (no sshd on this machine: not run)';

let server: SshServer;
const clients: TerminalSession[] = [];

beforeAll(async () => {
  if (HAS_SSH) server = await SshServer.start();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  server?.stop();
});

function connect(command: string, columns = 80, rows = 24): TerminalSession {
  const client = server.connect(command, columns, rows);
  clients.push(client);
  return client;
}

const statusOf = async (dir: DataDir) => (await askEngine(dir, 'status'))?.status;
const sessionOf = (dir: DataDir) => loadSession(path.join(dir.sessions, 's'));

// They mostly wait.
describe.skipIf(!HAS_SSH).concurrent(`over ssh${WITHOUT}`, () => {
  it('a client that hangs costs the engine nothing, and finds the screen of now when it goes on', async ({
    expect,
  }) => {
    const { faults, longestGapMs, inputs } = await stallClient(server, 'hangs', STALL_S);
    expect(faults).toEqual([]);
    expect(longestGapMs).toBeLessThan(MOST_GAP_MS);
    expect(inputs).toBeGreaterThan(STALL_S * 700);
  }, 60_000);

  it('no read has a blank row', async ({ expect }) => {
    expect(await readsBy(server, 'ssh', READS)).toMatchObject({ withBlanks: 0 });
  }, 60_000);

  it.skipIf(!HAS_TMUX)(
    'nor where tmux is at the other end',
    async ({ expect }) => {
      expect(await readsBy(server, 'tmux-in-ssh', READS)).toMatchObject({ withBlanks: 0 });
    },
    60_000,
  );

  it('and it would be found where rows are erased before they are written', async ({ expect }) => {
    const client = connect(erasingCommand(24));
    await client.waitFor(() => client.rawOutput().includes('row 5'), 20_000);
    const all = rowsInUse(Array(24).fill('something'));
    expect((await readsOf(client, 30, all)).withBlanks).toBeGreaterThan(0);
  }, 60_000);

  it('keys and sizes go through', async ({ expect }) => {
    const [command] = consoleCommand(server, 'keys', BRIEF);
    const client = connect(command);
    await client.waitFor(RUNNING, STARTS_WITHIN_MS);
    await client.press('?');
    await client.waitFor('block entries and cancel them at once');
    await client.press('Escape');
    client.resize(120, 40);
    await client.waitFor(/1 Ticks .* 2 Chart [\s\S]* 8 Decision log /);
    client.resize(80, 24);
    await client.waitFor(/1 Ticks +2 Chart +3 Votes/);
    await client.press('Ctrl-K');
    await client.waitFor(/HALTED +by the operator/);
    expect(await leave(client)).toBe(0);
    expect(await client.terminalFaults()).toEqual([]);
  }, 60_000);

  it('a client that is shot ends the run in order, where nothing is open', async ({ expect }) => {
    const [command, dir] = consoleCommand(server, 'shot', ['--session', 's', ...BRIEF]);
    const client = connect(command);
    await client.waitFor(RUNNING, STARTS_WITHIN_MS);
    client.kill('SIGKILL');
    await expect.poll(() => sessionOf(dir).manifest.complete, { timeout: 5_000 }).toBe(true);
    await expect.poll(() => existsSync(dir.socket), { timeout: 5_000 }).toBe(false);
  }, 60_000);

  it('with something open the engine goes on under MANUAL, and who comes back is told', async ({ expect }) => {
    const [command, dir] = consoleCommand(server, 'guarded', ['--session', 's', '--control', 'auto', ...LIVELY]);
    const client = connect(command, 120, 40);
    await client.waitFor(HELD, 40_000);
    client.kill('SIGKILL');
    await expect.poll(async () => (await statusOf(dir))?.control, { timeout: 5_000 }).toBe('manual');
    const back = connect(consoleCommand(server, 'guarded', ['attach'])[0]);
    await back.waitFor(/nobody watched for .*\(the terminal was lost\): control MANUAL/);
    expect(await leave(back)).toBe(0);
    expect(await back.terminalFaults()).toEqual([]);
    await flattenAll(dir.root);
    await expect.poll(() => existsSync(dir.socket), { timeout: 10_000 }).toBe(false);
    expect(sessionOf(dir).manifest.complete).toBe(true);
  }, 90_000);

  it.skipIf(!HAS_TMUX)(
    'in tmux at the other end nothing has happened when a client comes back',
    async ({ expect }) => {
      const [command, dir] = consoleCommand(server, 'kept', ['--session', 's', ...BRIEF]);
      const tmux = new Tmux();
      try {
        const client = connect(tmux.shell('new-session', '-s', 'kept', `'${command}'`));
        await client.waitFor(RUNNING, STARTS_WITHIN_MS);
        client.kill('SIGKILL');
        const seq = (await statusOf(dir))?.seq ?? 0;
        const back = connect(tmux.shell('attach-session', '-t', 'kept'));
        await back.waitFor(RUNNING, STARTS_WITHIN_MS);
        await expect.poll(async () => (await statusOf(dir))?.seq).toBeGreaterThan(seq);
        expect(back.screenText()).not.toContain('nobody watched');
        expect(await leave(back)).toBe(0);
        expect(await back.terminalFaults()).toEqual([]);
      } finally {
        tmux.stop();
      }
    },
    60_000,
  );
});

describe.skipIf(!HAS_SSH).concurrent(`a shell over ssh after the console${WITHOUT}`, () => {
  const leaveBy = (key: string) => async (client: TerminalSession) => {
    await client.press(key);
    await client.waitFor('Leave?');
    await pause(700);
    await client.press('l');
  };
  const signal = (which: NodeJS.Signals) => async (_: TerminalSession, dir: DataDir) => {
    process.kill((await statusOf(dir))?.pid ?? 0, which);
  };
  it.each([
    ['q', leaveBy('q'), 0],
    ['SIGHUP', signal('SIGHUP'), 0],
    ['throw', async () => strike(preload(server.folder, 'console-throws')), 1],
  ] as const)(
    'has its terminal as it was: %s',
    async (name, wayOut, code) => {
      const [command, dir] = consoleCommand(server, `out-${name}`, ['--session', 's', ...BRIEF]);
      const fault = name === 'throw' ? `${assignments(preload(server.folder, 'console-throws'))} ` : '';
      const client = connect('sh -i');
      await client.waitFor(/^[#$]/m);
      client.send(`echo what was "there"; stty -g >${dir.root}/before\r`);
      await client.waitFor(/^what was there$/m);
      client.send(`${fault}${command}; code=$?; stty -g >${dir.root}/after; echo it gave "$code"\r`);
      await client.waitFor(RUNNING, STARTS_WITHIN_MS);
      expect(client.screenText()).not.toContain('what was there');
      await wayOut(client, dir);
      expect(await client.waitFor(/^it gave \d+$/m)).toContain(`it gave ${code}`);
      expect(client.screenText()).toMatch(/^what was there$/m);
      expect(readFileSync(`${dir.root}/after`, 'utf8')).toBe(readFileSync(`${dir.root}/before`, 'utf8'));
      client.send('exit\r');
      expect(await client.waitForExit()).toBe(0);
      expect(await client.terminalFaults()).toEqual([]);
      expect(sessionOf(dir).manifest.complete).toBe(true);
    },
    60_000,
  );
});
