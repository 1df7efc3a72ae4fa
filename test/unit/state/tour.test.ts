/** The first steps: pages turn, Esc ends them, kill is heard, and no other key is swallowed without a word. */
import { expect, it } from 'vitest';
import { type ConsoleRig, overlay, shown } from '../../fixtures/console-rig.ts';

function touring(): ConsoleRig {
  const rig = shown();
  rig.store.dispatch({ type: 'overlay', overlay: { kind: 'tour', page: 0 } });
  rig.store.flush();
  rig.timers.advance(700);
  return rig;
}
const notice = (rig: ConsoleRig): string | undefined => rig.store.getSnapshot().notice?.text;

it.each(['\r', ' '])('turns its pages by %j, and ends behind the last one', (key) => {
  const rig = touring();
  const pages: unknown[] = [];
  for (let press = 0; press < 4; press++) {
    pages.push(rig.store.getSnapshot().ui.overlay);
    rig.press(key);
  }
  expect(pages).toEqual([0, 1, 2, 3].map((page) => ({ kind: 'tour', page })));
  expect(overlay(rig)).toBe('none');
});

it('ends on Esc', () => {
  const rig = touring();
  rig.press('\u001b');
  expect(overlay(rig)).toBe('none');
});

it.each([
  ['?', 'help'],
  [':', 'palette'],
  ['q', 'quit'],
  ['\u0003', 'quit'],
])('%j leads to where it always does', (key, kind) => {
  const rig = touring();
  rig.press(key);
  expect(overlay(rig)).toBe(kind);
});

it('kills on Ctrl-K and stays as it is', () => {
  const rig = touring();
  rig.press('\u000b');
  expect(rig.port.commands()).toEqual([{ kind: 'kill' }]);
  expect(overlay(rig)).toBe('tour');
});

it.each(['a', 'v', 'm', 'w', 's', '1', 'j'])('does nothing by %j, and says so', (key) => {
  const rig = touring();
  rig.press(key);
  expect(rig.port.commands()).toEqual([]);
  expect(notice(rig)).toBe(`${key}: nothing done, the first steps are open; Esc ends them`);
  expect(overlay(rig)).toBe('tour');
});

it('lets nothing be answered at once that it has covered', () => {
  const rig = touring();
  rig.press('\u001b');
  rig.press('a');
  expect(rig.port.commands()).toEqual([]);
  rig.timers.advance(700);
  rig.press('a');
  expect(rig.port.commands()).toEqual([expect.objectContaining({ kind: 'approve' })]);
});
