/** The message log: every notice is kept, with its time by the wall clock, and no flood pushes out the rest unseen. */
import { expect, test } from 'vitest';
import { formatMessages } from '../../../components/format/messages.ts';
import { plainText } from '../../../components/text/line.ts';
import { MESSAGE_CAPACITY } from '../../../state/model.ts';
import { consoleRig, overlay, shown } from '../../fixtures/console-rig.ts';
import { FAKE_EPOCH_MS } from '../../fixtures/fake-timers.ts';

const messages = (rig: ReturnType<typeof shown>) => rig.store.getSnapshot().messages;

test('what was told is kept, in order, with the time at which it was told', () => {
  const rig = shown();
  const first = rig.timers.now();
  rig.controller.notice('warn', 'one');
  rig.timers.advance(61_000);
  rig.controller.notice('error', 'two');
  rig.timers.advance(100);
  expect(messages(rig)).toMatchObject([
    { level: 'warn', text: 'one', utcMs: FAKE_EPOCH_MS + first, times: 1 },
    { level: 'error', text: 'two', utcMs: FAKE_EPOCH_MS + first + 61_000, times: 1 },
  ]);
});

test('answers to commands, and commands without one, are in it', () => {
  const rig = shown();
  rig.press('a');
  rig.port.emit({ type: 'command-done', id: 1, refused: undefined });
  rig.timers.advance(200);
  rig.press('v');
  rig.timers.advance(3_000);
  expect(messages(rig).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^approve #12 .*: done$/),
    expect.stringMatching(/^no answer from the engine yet: veto/),
  ]);
});

test('a key that is held down takes one line, however long it is held', () => {
  const rig = shown();
  rig.controller.notice('error', 'the disk is full');
  for (let i = 0; i < 2_000; i++) rig.controller.notice('warn', 'a ignored: it is held down');
  rig.timers.advance(200);
  expect(messages(rig)).toMatchObject([
    { text: 'the disk is full' },
    { text: 'a ignored: it is held down', times: 2_000 },
  ]);
});

test('it is bounded, the newest are kept', () => {
  const rig = shown();
  for (let i = 0; i < MESSAGE_CAPACITY + 7; i++) rig.controller.notice('info', `${i}`);
  rig.timers.advance(200);
  expect(messages(rig)).toHaveLength(MESSAGE_CAPACITY);
  expect(messages(rig)[0]?.text).toBe('7');
});

test('N opens it, newest first, and it scrolls and closes like help', () => {
  const rig = consoleRig();
  rig.show();
  rig.controller.notice('info', 'older');
  rig.controller.notice('warn', 'newer');
  rig.press('N');
  expect(overlay(rig)).toBe('messages');
  const rows = formatMessages(messages(rig), 60).map(plainText);
  expect(rows).toEqual([' 2026-03-01 UTC', ' 12:00:10  WARN  newer', ' 12:00:10        older']);
  rig.press('j');
  expect(rig.store.getSnapshot().ui.overlay).toEqual({ kind: 'messages', scroll: 1 });
  rig.press('q');
  expect(overlay(rig)).toBe('none');
});

test('a day has a line, a long message as many rows as it needs, and the same again its count', () => {
  const noon = FAKE_EPOCH_MS;
  const rows = formatMessages(
    [
      { level: 'info', text: 'yesterday', atMs: 0, utcMs: noon - 86_400_000, times: 1 },
      {
        level: 'error',
        text: 'the venue does not answer and will be asked again soon',
        atMs: 0,
        utcMs: noon,
        times: 3,
      },
    ],
    48,
  );
  expect(rows.map(plainText)).toEqual([
    ' 2026-03-01 UTC',
    ' 12:00:00  ERROR the venue does not answer and',
    '                 will be asked again soon  (3',
    '                 times)',
    ' 2026-02-28 UTC',
    ' 12:00:00        yesterday',
  ]);
});
