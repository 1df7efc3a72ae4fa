/** The terminal harness, on small programs: what it shows, sends, waits for, and what it finds left in disorder. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isRunning } from './chimera.ts';
import {
  LAUNCHER,
  PINNED_NODE,
  PROJECT,
  startProgram,
  type TerminalOptions,
  type TerminalSession,
} from './terminal.ts';

const open: TerminalSession[] = [];

function shell(script: string, options: TerminalOptions = {}): TerminalSession {
  const session = startProgram(['sh', '-c', script], options);
  open.push(session);
  return session;
}

afterEach(async () => {
  for (const session of open.splice(0)) await session.dispose();
});

describe('the screen', () => {
  it('shows what the emulator draws, not what was written', async () => {
    const session = shell(`printf 'first\\033[31m red\\033[0m\\r\\nsecond\\033[1;1HFIRST'; read x`);
    await session.waitFor('FIRST red');
    expect(session.screenLines().slice(0, 2)).toEqual(['FIRST red', 'second']);
    expect(session.rawOutput()).toContain('\x1b[31m red');
  });

  it('tells what is underlined', async () => {
    const session = shell(`printf 'a \\033[4mbc\\033[0m d\\r\\n\\033[4mlast'; read x`);
    await session.waitFor('last');
    expect(session.underlinedTexts()).toEqual(['bc', 'last']);
  });

  it('is not read while it hangs, and shows everything afterwards', async () => {
    const session = shell(
      `echo up; i=0; while [ $i -lt 3000 ]; do echo "line $i of many"; i=$((i+1)); done; echo end; read x`,
    );
    session.stall();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(session.screenText()).not.toContain('end');
    session.unstall();
    await session.waitFor(/line 2999 of many\nend/);
  });

  it('waits for a text, a pattern or a predicate, and shows the screen when it does not come', async () => {
    const session = shell(`printf one; sleep 0.2; printf ' two'; sleep 0.2; printf ' 3'; read x`);
    await session.waitFor('one');
    await session.waitFor(/one two$/m);
    expect(await session.waitFor((screen) => screen.includes('3'))).toContain('one two 3');
    await expect(session.waitFor('four', 100)).rejects.toThrow(/no four within 100 ms.*\n.*\none two 3/);
  });

  it('does not wait on for a program that has ended', async () => {
    const session = shell('printf bye; exit 4');
    await expect(session.waitFor('never', 5_000)).rejects.toThrow('before the exit with 4');
  });

  it('has the size asked for, and tells the program when that changes', async () => {
    const script = `trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done`;
    const session = shell(script, { columns: 80, rows: 24 });
    await session.waitFor('24 80');
    session.resize(132, 50);
    await session.waitFor('50 132');
    expect(session.screenLines()).toHaveLength(50);
  });

  it('answers what a terminal is asked', async () => {
    const script = `process.stdin.setRawMode(true); process.stdout.write('\\x1b[6n');
      process.stdin.once('data', (d) => { console.log(JSON.stringify(String(d))); process.exit(0); })`;
    const session = startProgram([PINNED_NODE, '-e', script]);
    open.push(session);
    await session.waitFor('"\\u001b[1;1R"');
  });
});

describe('keys', () => {
  /** Prints every read with the time since the one before. */
  const ECHO = `process.stdin.setRawMode(true); let last = Date.now();
    process.stdin.on('data', (d) => { const now = Date.now();
      console.log(JSON.stringify(String(d)) + (now - last < 60 ? ' burst' : ' calm')); last = now; });
    process.stdout.write(process.argv[1] + 'ready\\r\\n')`;

  function echo(prologue = ''): TerminalSession {
    const session = startProgram([PINNED_NODE, '-e', ECHO, prologue]);
    open.push(session);
    return session;
  }

  it('are sent one by one at a human pace', async () => {
    const session = echo();
    await session.waitFor('ready');
    await session.press('a', 'Enter', 'Ctrl-K', 'Up', 'Escape', 'Shift-Tab');
    await session.type('b c');
    const screen = await session.waitFor('"c"');
    for (const seen of ['a', '\\r', '\\u000b', '\\u001b[A', '\\u001b', '\\u001b[Z', 'b', ' ', 'c']) {
      expect(screen).toContain(`"${seen}" calm`);
    }
    expect(screen).not.toContain('burst');
    await expect(session.press('Hyper-Z')).rejects.toThrow('no key is called Hyper-Z');
  });

  it('follow the cursor-key mode, and a paste is marked only where marks were asked for', async () => {
    const plain = echo();
    await plain.waitFor('ready');
    plain.paste('hello');
    await plain.waitFor('"hello"');
    const modes = echo('\x1b[?1h\x1b[?2004h');
    await modes.waitFor('ready');
    await modes.press('Left');
    await modes.waitFor('"\\u001bOD"');
    modes.paste('hi');
    await modes.waitFor('"\\u001b[200~hi\\u001b[201~"');
  });
});

describe('the end', () => {
  it('gives exit codes, also those of signals', async () => {
    expect(await shell('exit 0').waitForExit()).toBe(0);
    expect(await shell('exit 7').waitForExit()).toBe(7);
    const session = shell('printf up; read x');
    await session.waitFor('up');
    expect(session.exitCode).toBeUndefined();
    session.kill('SIGTERM');
    expect(await session.waitForExit()).toBe(143);
    expect(session.exitCode).toBe(143);
    await expect(shell('sleep 5').waitForExit(50)).rejects.toThrow('still running after 50 ms');
  });

  it('draws the last output before it is told', async () => {
    const session = shell('i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done');
    await session.waitForExit();
    expect(session.screenText()).toContain('line 499');
  });

  it('takes the terminal away from a program that then hears of it', async () => {
    const session = shell(`trap 'exit 3' HUP; printf up; while :; do sleep 0.05; done`);
    await session.waitFor('up');
    const { pid } = session;
    session.hangUp();
    await expect.poll(() => isRunning(pid), { timeout: 3_000 }).toBe(false);
  });
});

describe('a terminal left behind', () => {
  it('is clean after a program that minds it', async () => {
    const session = shell(`stty raw -echo; printf '\\033[?1049h\\033[?25l\\033[?2004h\\033[?7l\\033[1;31mx'; stty sane;
      printf '\\033[0m\\033[?7h\\033[?2004l\\033[?25h\\033[?1049l'`);
    await session.waitForExit();
    expect(await session.terminalFaults()).toEqual([]);
    expect(await session.terminalIsClean()).toBe(true);
  });

  it.each([
    ['\\033[?1049h', 'alternate screen'],
    ['\\033[?25l', 'cursor'],
    ['\\033[?12;25l', 'cursor'],
    ['\\033[?2004h', 'bracketed paste'],
    ['\\033[?1003h', 'mouse'],
    ['\\033[?1004h', 'focus'],
    ['\\033[?1h', 'application mode'],
    ['\\033[4h', 'insert'],
    ['\\033[?7l', 'wrap'],
    ['\\033[1m', 'attributes'],
    ['\\033[38;5;9mred', 'colours'],
    ['\\033[44m', 'colours'],
  ])('is not clean after %s', async (left, fault) => {
    const session = shell(`printf '${left}'`);
    await session.waitForExit();
    const faults = await session.terminalFaults();
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
    expect(await session.terminalIsClean()).toBe(false);
  });

  it('is not clean when the line stays raw', async () => {
    const session = shell('stty raw -echo');
    await session.waitForExit();
    expect(await session.terminalFaults()).toEqual([expect.stringContaining('line settings changed')]);
  });
});

describe('the launcher', () => {
  it.each(['SIGKILL', 'SIGABRT'])('mends the terminal when the program under it dies of %s', async (signal) => {
    const root = mkdtempSync(path.join(tmpdir(), 'chimera-shot-'));
    const program = `process.stdin.setRawMode(true);
      process.stdout.write('\\x1b[?1049h\\x1b[?25l\\x1b[?2004h\\x1b[1;31mpanel');
      setTimeout(() => process.kill(process.pid, '${signal}'), 100);`;
    mkdirSync(path.join(root, 'src/bin'), { recursive: true });
    mkdirSync(path.join(root, 'dist/src'), { recursive: true });
    mkdirSync(path.join(root, 'node_modules'));
    symlinkSync(path.join(PROJECT, 'node_modules/node'), path.join(root, 'node_modules/node'));
    cpSync(LAUNCHER, path.join(root, 'src/bin/chimera.cjs'));
    writeFileSync(path.join(root, 'dist/src/main.js'), program);
    const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } });`;
    writeFileSync(path.join(root, 'old.cjs'), old);
    const session = startProgram([
      PINNED_NODE,
      '-r',
      path.join(root, 'old.cjs'),
      path.join(root, 'src/bin/chimera.cjs'),
    ]);
    open.push(session);
    await session.waitFor('panel');
    expect(await session.waitForExit()).toBe(128 + constants.signals[signal as NodeJS.Signals]);
    expect(await session.terminalFaults()).toEqual([]);
    rmSync(root, { recursive: true });
  });
});
