/** Keys of one's own, the palette, the message log and shell completion, in the real binary. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BRIEF, chimera, documentOf, leave, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE, startConsole, type TerminalSession } from './terminal.ts';

let dataDir: string;
let session: TerminalSession | undefined;

beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(async () => {
  await session?.dispose();
  session = undefined;
  removeDataDir(dataDir);
});

const writeKeys = (keys: object): void =>
  writeFileSync(path.join(dataDir, 'key-bindings.json'), JSON.stringify({ formatVersion: 1, keys }));

async function start(): Promise<TerminalSession> {
  session = startConsole({ dataDir, args: BRIEF, columns: 100, rows: 30 });
  await session.waitFor(/PAPER +MANUAL +feed fresh/);
  return session;
}

describe('keys of one’s own', () => {
  it('chimera keys prints the table in 80 columns, as JSON too, with them in it', async () => {
    writeKeys({ zoom: 'Z' });
    const { code, stdout, stderr } = await chimera(['keys'], { dataDir });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ {2}Z +zoom +give the whole screen/m);
    expect(stdout).toMatch(/^ {2}Ctrl-K +kill +KILL/m);
    for (const line of stdout.split('\n').slice(0, -2)) expect(line.length).toBeLessThanOrEqual(80);
    const { keys } = documentOf(await chimera(['keys', '--json'], { dataDir })) as { keys: unknown[] };
    expect(keys).toContainEqual(expect.objectContaining({ name: 'zoom', keys: ['Z'], scope: 'main', acting: false }));
  });

  it('act in the console, and footer and help show them', async () => {
    writeKeys({ zoom: 'Z', help: ['h'], kill: 'ctrl-x' });
    const console_ = await start();
    await console_.waitFor(/ Z zoom .* h help/);
    await console_.press('h');
    expect(await console_.waitFor('═ Keys')).toMatch(/Ctrl-K Ctrl-X +KILL/);
    await console_.press('Escape', 'Ctrl-X');
    await console_.waitFor(/HALTED +by the operator/);
    expect(await leave(console_)).toBe(0);
  });

  it.each([
    [{ zoom: 'g' }, /g would be both focus-governor .* and zoom/],
    [{ zoom: 'ctrl-k' }, /Ctrl-K is kill and stays so/],
    [{ approve: 'enter' }, /Enter is pressed too lightly/],
    [{ fly: 'Z' }, /no command "fly"/],
  ])('%j are refused in one line before anything starts', async (keys, reason) => {
    writeKeys(keys);
    session = startConsole({ dataDir, args: BRIEF });
    expect(await session.waitForExit()).toBe(3);
    const told = session.screenText().trim();
    expect(told.replaceAll('\n', '')).toMatch(/^chimera: key-bindings\.json is refused: /);
    expect(told.replaceAll('\n', '')).toMatch(reason);
    expect(await session.terminalFaults()).toEqual([]);
    const listed = await chimera(['sessions', '--json'], { dataDir });
    expect(documentOf(listed).sessions).toEqual([]);
  });
});

it('the palette chooses a symbol, tightens by Enter, and the message log has what it told', async () => {
  const console_ = await start();
  await console_.press(':');
  await console_.waitFor('═ Find ═');
  await console_.type('sol');
  await console_.waitFor(/▸ SOL\/USDT:USDT/);
  await console_.press('Enter');
  await console_.waitFor((screen) => !screen.includes('═ Find ═') && /▸ ?SOL\/USDT:USDT/.test(screen));
  await pause(600);
  await console_.press(':');
  // Pasted with Enter in it: text, and nothing runs.
  console_.paste('tight\r');
  await console_.waitFor(/> tight\?/);
  await pause(300);
  await console_.press('Backspace', 'Enter');
  await console_.waitFor(/PAPER +OBSERVE/);
  await console_.press('N');
  await console_.waitFor('═ Messages');
  expect(console_.screenText()).toMatch(/\d\d:\d\d:\d\d +control OBSERVE: done/);
  await console_.press('Escape');
  expect(await leave(console_)).toBe(0);
}, 20_000);

describe('completion', () => {
  it('gives words and nothing else, quickly, and runs nothing', async () => {
    mkdirSync(path.join(dataDir, 'sessions', 'monday'), { recursive: true });
    const startedAt = performance.now();
    const asked = await chimera(['complete', 'replay', '--data-dir', dataDir, 'm']);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(asked).toEqual({ code: 0, stdout: 'monday\t\n', stderr: '' });
    const kill = await chimera(['complete', 'kill', '--data-dir', dataDir, '']);
    expect(kill).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(existsSync(path.join(dataDir, 'HALT'))).toBe(false);
  });

  it('works in bash as a person would use it', async () => {
    mkdirSync(path.join(dataDir, 'sessions', 'monday'), { recursive: true });
    const { code, stdout } = await chimera(['completion', 'bash']);
    expect(code).toBe(0);
    const complete = (...words: string[]): string =>
      execFileSync(
        'bash',
        [
          '--norc',
          '-c',
          `chimera() { "${PINNED_NODE}" "${MAIN}" "$@"; }
${stdout}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_chimera chimera
printf '%s\\n' "\${COMPREPLY[@]}"`,
          'bash',
          ...words,
        ],
        { encoding: 'utf8' },
      ).trimEnd();
    expect(complete('chimera', 'repl')).toBe('replay');
    expect(complete('chimera', 'replay', '--data-dir', dataDir, '')).toBe('monday');
    expect(complete('chimera', 'replay', 'monday', '--control', 'v')).toBe('veto');
    expect(complete('chimera', '--keys', '')).toBe('');
  }, 20_000);

  it('has a script for each shell, and no other', async () => {
    for (const [shell, mark] of [
      ['zsh', /^#compdef chimera\n/],
      ['fish', /^complete -c chimera -f /m],
    ] as const)
      expect((await chimera(['completion', shell])).stdout).toMatch(mark);
    expect((await chimera(['completion', 'tcsh'])).code).toBe(2);
  });
});
