/** The very first console of a data directory: a few pages that can be skipped, once, over a console that runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BRIEF, leave } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const FIRST_PAGE = '═ First steps, 1 of 4 ═';
let first: TerminalSession;

beforeAll(() => {
  first = startConsole({ args: BRIEF, columns: 80, rows: 24, firstRun: true });
});
afterAll(() => first.dispose());

describe('the first console of a data directory', () => {
  it('opens with the first steps over a market that runs, and says that it is paper on a simulated one', async () => {
    const screen = await first.waitFor((text) => text.includes(FIRST_PAGE) && /feed fresh/.test(text));
    expect(screen).toMatch(/^ PAPER +MANUAL/);
    expect(screen).toContain('PAPER on a simulated market: no money is real');
    expect(screen).toMatch(/Enter go on .*Esc end .*Ctrl-K KILL .*\? help/);
  });

  it('turns to what is asked of the operator, and swallows no key silently', async () => {
    await first.press('Enter');
    expect(await first.waitFor('First steps, 2 of 4')).toContain('no answer is a no');
    await first.press('a');
    await first.waitFor('a: nothing done, the first steps are open');
  });

  it('hears the kill, and is still there', async () => {
    await first.press('Ctrl-K');
    expect(await first.waitFor('HALTED')).toContain('First steps, 2 of 4');
  });

  it('is gone for good after Esc', async () => {
    await first.press('Escape');
    await first.waitFor((screen) => !screen.includes('First steps') && screen.includes('1 Ticks'));
    expect(await leave(first)).toBe(0);
    const again = startConsole({ args: BRIEF, columns: 80, rows: 24, dataDir: first.dataDir!, firstRun: true });
    try {
      expect(await again.waitFor('feed fresh')).not.toContain('First steps');
      expect(await leave(again)).toBe(0);
    } finally {
      await again.dispose();
    }
  }, 30_000);
});
