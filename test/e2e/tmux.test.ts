/** The console in a pane of a real tmux: nothing of it is ever half drawn, and the pane is as it was after every way out. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { markTourSeen } from '../fixtures/tour-seen.ts';
import { blankRows, erasing, readsOf, rowsInUse } from './blank-rows.ts';
import { BRIEF, MAIN } from './chimera.ts';
import { assignments, preload, strike } from './planted.ts';
import { PINNED_NODE, type TerminalSession } from './terminal.ts';
import { HAS_TMUX, Tmux } from './tmux.ts';

const COLUMNS = 120;
const ROWS = 40;
/** All have something on them as long as the console runs, but those where messages come and go. */
const IN_USE = rowsInUse(Array(ROWS).fill('something'));

let tmux: Tmux;
const clients: TerminalSession[] = [];

beforeAll(() => {
  tmux = new Tmux();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  tmux.stop();
});

describe.runIf(HAS_TMUX)('in tmux', () => {
  it('no read of a client and no look at the pane finds blank rows while the market and the keys change the screen', async () => {
    const dataDir = path.join(tmux.folder, 'speed');
    markTourSeen(dataDir);
    const program = [PINNED_NODE, MAIN, '--rate', '1000', '--warmup', '40s', '--data-dir', dataDir];
    tmux.start('speed', COLUMNS, ROWS, program);
    const client = tmux.attach('speed', COLUMNS, ROWS);
    clients.push(client);
    await client.waitFor(/PAPER +MANUAL +feed fresh/);
    await client.waitFor((screen) => /⡇.*[⠁-⣿]/.test(screen) && blankRows(screen.split('\n'), IN_USE) === 0);
    const read = readsOf(client, 120, IN_USE);
    let looks = 0;
    let blankLooks = 0;
    for (let done = false; !done; looks++) {
      client.send(looks % 2 === 0 ? '\t' : 'j');
      if (blankRows(tmux.screen('speed'), IN_USE) > 0) blankLooks++;
      done = await Promise.race([read.then(() => true), pause(15).then(() => false)]);
    }
    expect(await read).toMatchObject({ withBlanks: 0 });
    expect(blankLooks).toBe(0);
    expect(looks).toBeGreaterThan(20);
  }, 40_000);

  it('and would find them where rows are erased before they are written', async () => {
    tmux.start('erased', COLUMNS, ROWS, erasing(ROWS));
    const client = tmux.attach('erased', COLUMNS, ROWS);
    clients.push(client);
    await client.waitFor(() => client.rawOutput().includes('row 5'), 20_000);
    expect((await readsOf(client, 30, IN_USE)).withBlanks).toBeGreaterThan(0);
  });
});

/** What tmux knows of a pane that was left in order. */
const MODES = [
  'alternate_on',
  'cursor_flag',
  'wrap_flag',
  'insert_flag',
  'keypad_flag',
  'keypad_cursor_flag',
  'mouse_any_flag',
  'origin_flag',
];
const IN_ORDER = '0 1 1 0 0 0 0 0';

// They mostly wait.
describe.runIf(HAS_TMUX).concurrent('a pane after the console', () => {
  const leaveBy = (key: string) => async (name: string) => {
    tmux.keys(name, key);
    await tmux.waitFor(name, /Leave\?/);
    await pause(700);
    tmux.keys(name, 'l');
  };
  const signal = (which: NodeJS.Signals) => async (name: string) => {
    const status = await askEngine(dataDirAt(path.join(tmux.folder, name)), 'status');
    process.kill(status?.status.pid ?? 0, which);
  };
  it.each([
    ['q', leaveBy('q')],
    ['ctrl-c', leaveBy('C-c')],
    ['term', signal('SIGTERM')],
    ['hup', signal('SIGHUP')],
    ['int', signal('SIGINT')],
    ['throw', async () => strike(preload(tmux.folder, 'console-throws'))],
  ] as const)(
    'is as it was: %s',
    async (name, wayOut) => {
      markTourSeen(path.join(tmux.folder, name));
      tmux.start(name, 80, 40, ['sh']);
      await tmux.waitFor(name, /^[#$]/m);
      tmux.line(name, 'echo what was "there"; stty -g; echo');
      await tmux.waitFor(name, /^what was there$/m);
      const settings = lineSettings(await tmux.waitFor(name, /^[0-9a-f:]{30,}/m));
      const fault = name === 'throw' ? `${assignments(preload(tmux.folder, 'console-throws'))} ` : '';
      tmux.line(name, `${fault}${PINNED_NODE} ${MAIN} ${BRIEF.join(' ')} --data-dir ${path.join(tmux.folder, name)}`);
      await tmux.waitFor(name, /PAPER .*feed fresh/);
      expect(tmux.screen(name).join('\n')).not.toContain('what was there');
      await wayOut(name);
      await tmux.waitFor(
        name,
        name === 'throw' ? /the console failed[\s\S]*\n[#$]\s*$/ : /session over[\s\S]*\n[#$]\s*$/,
      );
      expect(tmux.screen(name).join('\n')).toMatch(/^what was there$/m);
      expect(tmux.run('display-message', '-p', '-t', name, MODES.map((mode) => `#{${mode}}`).join(' ')).trim()).toBe(
        IN_ORDER,
      );
      // A paste is marked where marks are still asked for; the shell asks for none, and would not know the command.
      tmux.run('set-buffer', '-b', name, 'echo pasted "whole"; stty -g');
      tmux.run('paste-buffer', '-p', '-b', name, '-t', name);
      tmux.keys(name, 'Enter');
      expect(lineSettings(await tmux.waitFor(name, /^pasted whole\n[0-9a-f:]{30,}/m), 1)).toBe(settings);
      // Nothing that is written now has a colour or an attribute.
      const rows = tmux.run('capture-pane', '-e', '-p', '-t', name).trimEnd().split('\n');
      expect(rows.at(-1)).toMatch(/^[#$]$/);
      expect(rows.find((row) => row.includes('pasted whole'))).toBe('pasted whole');
    },
    40_000,
  );
});

/** What `stty -g` printed, the first time or a later one; over two rows where it is long. */
function lineSettings(screen: string, which = 0): string | undefined {
  return screen.replace(/\n(?=[0-9a-f:]+$)/gm, ' ').match(/[0-9a-f]+(?::[0-9a-f ]+){20,}/g)?.[which];
}
