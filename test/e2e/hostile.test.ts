/** Hostile texts through the real binary: nothing of them that a terminal would obey comes out. */
import { describe, expect, it } from 'vitest';
import { foreignInText, foreignOnTerminal, hostileCommands, hostileConsole, hostileText } from './hostile.ts';
import { brokenDialog, hostileTyping, hostileVenue } from './hostile-fields.ts';
import { startProgram } from './terminal.ts';

// Both mostly wait for processes.
describe.concurrent('nothing foreign comes out', () => {
  it('in words, names, environment and data of commands', async ({ expect }) => {
    const { foreign, outputs } = await hostileCommands(1, 1);
    expect(foreign).toEqual([]);
    expect(outputs).toBe(11);
  }, 60_000);

  it('at a console: environment, HALT file, control socket, other consoles', async ({ expect }) => {
    expect((await hostileConsole(3, 1)).foreign).toEqual([]);
  }, 60_000);

  it('in what is typed and pasted into every field of it, and the dialog stays whole', async ({ expect }) => {
    expect((await hostileTyping(2, 5)).foreign).toEqual([]);
  }, 90_000);

  it('in what a venue says', async ({ expect }) => {
    expect((await hostileVenue(2, 1)).foreign).toEqual([]);
  }, 60_000);
});

describe('the search', () => {
  it.each(Array.from({ length: 12 }, (_, n) => [n]))('finds text %i where it came out as it is', (n) => {
    const text = hostileText(n);
    if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\r\n', ''))) return;
    expect(foreignInText(`before ${text}`)).toBeDefined();
    expect(foreignOnTerminal(`\u001b[1;1H\u001b[1mbefore\u001b[0m ${text} after`)).toBeDefined();
  });

  it('finds a dialog that is not whole', async () => {
    const rows = ['╔═ Leave? ═╗', '║ stay     ║', '║ leave  币 ║', '╚══════════╝'];
    const boxOf = async (lines: readonly string[]): Promise<string | undefined> => {
      const session = startProgram(['printf', '%s\\n', ...lines], { columns: 40, rows: 10 });
      try {
        await session.waitForExit();
        return brokenDialog(session, 40);
      } finally {
        await session.dispose();
      }
    };
    expect(await boxOf([rows[0]!, rows[1]!, '║ leave 币 ║', rows[3]!])).toBeUndefined();
    expect(await boxOf(rows)).toMatch(/row 3/);
    expect(await boxOf(rows.slice(0, 2))).toMatch(/row 3/);
    expect(await boxOf(['nothing'])).toMatch(/no dialog/);
  });

  it('takes our own sequences for what they are', () => {
    expect(foreignOnTerminal('\u001b[?1049h\u001b[?25l\u001b[2J\u001b[1;32mok\u001b[0m\r\n')).toBeUndefined();
    expect(foreignInText('chimera: one line\n')).toBeUndefined();
  });
});
