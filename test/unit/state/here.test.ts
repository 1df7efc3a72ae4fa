/** Where a replay stands is told above the keys, whatever panel has the focus. */
import { expect, it } from 'vitest';
import { formatFooter } from '../../../components/format/footer.ts';
import { formatTimeline } from '../../../components/format/timeline.ts';
import { plainText } from '../../../components/text/line.ts';
import { hereOf, hereText } from '../../../state/here.ts';
import type { LogEntry } from '../../../state/log-entry.ts';
import { logEntries } from '../../fixtures/console-log.ts';
import { engineView, replayView } from '../../fixtures/console-view.ts';

const all = logEntries();
const decision = all.find(({ event }) => event.kind === 'decision')!;
const fill = all.find(({ event }) => event.kind === 'fill')!;
const at = (entry: LogEntry, seq: number): LogEntry => ({ ...entry, event: { ...entry.event, seq } });

function here(entries: readonly LogEntry[], replay: Parameters<typeof replayView>[0] | undefined = {}) {
  const view = engineView({ seq: 7, replay: replay === undefined ? undefined : replayView(replay) });
  return hereText({ view, log: { entries, lastKnownId: entries.length, askedFrom: undefined } });
}

it('is the line of the log that the last step led to', () => {
  expect(here([at(fill, 6), at(decision, 7)])).toMatch(/^here: VETOED d344 BTC\/USDT leverage: /);
});

it('is the trade, else the decision, of several lines, and says how many there are', () => {
  expect(here([at(decision, 7), at(fill, 7)])).toMatch(/^here, 1 of 2 lines: FILL BTC\/USDT order #71 /);
});

it('is nothing where nothing happened, while it plays, and in a run', () => {
  expect(here([at(decision, 6)])).toBeUndefined();
  expect(here([])).toBeUndefined();
  expect(here([at(decision, 7)], { playing: true })).toBeUndefined();
  const view = engineView({ seq: 7 });
  const log = { entries: [at(decision, 7)], lastKnownId: 1, askedFrom: undefined };
  expect(hereText({ view, log })).toBeUndefined();
});

it('gives way to a message above the keys, is cut with a sign, and is named in the timeline', () => {
  const notice = { level: 'info', text: 'bookmarked', atMs: 0 } as const;
  const words = here([at(decision, 7)]);
  const row = (told: typeof notice | undefined) =>
    plainText(formatFooter({ notice: told, pending: [], here: words, bindings: [] }, 60)[0]!);
  expect(row(undefined)).toMatch(/^ here: VETOED d344 BTC\/USDT .*…$/);
  expect(row(notice)).toBe(' bookmarked');
  const view = engineView({ seq: 7, replay: replayView() });
  const place = hereOf({ view, log: { entries: [at(decision, 7)], lastKnownId: 1, askedFrom: undefined } });
  expect(place?.lines).toBe(1);
  expect(plainText(formatTimeline(view, place?.words, 80)[0]!)).toMatch(/ UTC {2}VETOED d344 BTC\/USDT /);
});
