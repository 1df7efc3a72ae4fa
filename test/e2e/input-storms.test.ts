/** No paste and no held key acts in the real binary, while proposals wait for an answer. */
import { describe, it } from 'vitest';
import { holdAtConsole, pasteAtConsole, pressAtConsole } from './input-storms.ts';

// They mostly wait.
describe.concurrent('with proposals waiting', () => {
  it('a paste in whatever form leaves no command in the journal', async ({ expect }) => {
    expect((await pasteAtConsole(4, 1, 1_000)).acted).toEqual([]);
  }, 90_000);

  it('`a` held down approves one at most', async ({ expect }) => {
    const { approved, interruptions, acted } = await holdAtConsole('a', 5);
    expect(acted).toEqual([]);
    expect(approved).toBeLessThanOrEqual(1 + interruptions);
  }, 90_000);

  it('Enter held down does nothing', async ({ expect }) => {
    expect(await holdAtConsole('\r', 3)).toMatchObject({ approved: 0, acted: [] });
  }, 90_000);

  it('a key that is meant is seen to act', async ({ expect }) => {
    expect(await pressAtConsole('a')).toEqual(['command approve (console)']);
  }, 90_000);
});
