/** No paste, no held key, no silence and no late yes acts in the real binary, while proposals wait for an answer. */
import { describe, it } from 'vitest';
import { holdAtConsole, idleAtConsole, pasteAtConsole, pressAtConsole } from './input-storms.ts';
import { lateAtConsole } from './late-answers.ts';

// They mostly wait.
describe.concurrent('with proposals waiting', () => {
  it('a paste in whatever form leaves no command in the journal', async ({ expect }) => {
    expect((await pasteAtConsole(4, 1, 1_000)).acted).toEqual([]);
  }, 90_000);

  it('nor does one after a kill, with a position that could be flattened', async ({ expect }) => {
    expect((await pasteAtConsole(2, 1, 1_000, 'halted')).acted).toEqual([]);
  }, 90_000);

  it('`a` held down approves one at most', async ({ expect }) => {
    const { approved, interruptions, acted } = await holdAtConsole('a', 5);
    expect(acted).toEqual([]);
    expect(approved).toBeLessThanOrEqual(1 + interruptions);
  }, 90_000);

  it('Enter held down does nothing', async ({ expect }) => {
    expect(await holdAtConsole('\r', 3)).toMatchObject({ approved: 0, acted: [] });
  }, 90_000);

  it('where nobody presses anything proposals expire, and no order leaves', async ({ expect }) => {
    const { expired, entries, acted } = await idleAtConsole(4);
    expect({ entries, acted }).toEqual({ entries: 0, acted: [] });
    expect(expired).toBeGreaterThan(0);
  }, 90_000);

  it('a yes that is too late leads to no order, and one in time would', async ({ expect }) => {
    expect(await lateAtConsole(1, 1)).toMatchObject({ entries: 0, faults: [] });
    expect((await lateAtConsole(1, 1, 'there')).entries).toBeGreaterThan(0);
  }, 90_000);

  it('a key that is meant is seen to act', async ({ expect }) => {
    expect(await pressAtConsole('a')).toEqual(['command approve (console)']);
  }, 90_000);
});
