/** The venue in full: how good its data is, whether our books and its agree, and what stands between us and an entry. */
import type { SourceView } from '../../state/source-view.ts';
import { blockersText, FEED_TEXT } from '../../state/text/names.ts';
import { count, duration, fixed, shortTime, signed } from '../../state/text/numbers.ts';
import type { EngineView, FeedView, LiveView, TimesView } from '../../state/view.ts';
import { line, type Span, type StyledLine, span, wrapText } from '../text/line.ts';
import { sourceSpan } from './fields.ts';

const LABEL_WIDTH = 12;

function row(label: string, ...parts: ReadonlyArray<Span | string>): StyledLine {
  return line(span(` ${label.padEnd(LABEL_WIDTH)}`, 'quiet'), ...parts);
}

function timesText({ count: samples, p50Us, p99Us, mostUs }: TimesView): string {
  if (samples === 0) return 'nothing measured yet';
  return `half within ${shortTime(p50Us)}, 99 % within ${shortTime(p99Us)}, longest ${shortTime(mostUs)}  (${count(samples)})`;
}

function feedLines(feed: FeedView): readonly StyledLine[] {
  const tone = feed.link === 'live' ? 'good' : feed.link === 'connecting' ? 'quiet' : 'alarm';
  return [
    row(
      'feed',
      span(feed.link === 'live' ? FEED_TEXT.live : feed.link.toUpperCase(), tone),
      `  ${count(feed.connects)} connections so far`,
    ),
    row('books', `${count(feed.gaps)} gaps, made whole again ${count(feed.resyncs)} times`),
    row('frames', `${count(feed.duplicates)} told twice, ${count(feed.unreadable)} unreadable`),
    row('delay', timesText(feed.delay)),
  ];
}

function sourceLines(sources: readonly SourceView[]): readonly StyledLine[] {
  return sources.map((each, i) => row(i === 0 ? 'beside' : '', `${each.source} `, sourceSpan(each)));
}

/** What the same orders would have come to on paper. */
function shadowText({ orders, gap }: LiveView['shadow']): string {
  if (orders === 0) return 'no order compared yet';
  const cost = Number(gap);
  const words = cost === 0 ? 'the same' : `${fixed(Math.abs(cost), 2)} ${cost > 0 ? 'worse' : 'better'}`;
  return `the same ${count(orders)} orders on paper: the venue was ${words}`;
}

const COMPARISON: Readonly<Record<LiveView['comparison'], Span>> = {
  agreed: span('our books and the venue agree', 'good'),
  pending: span('being compared', 'warn'),
  differs: span('DIFFERS', 'alarm'),
};

function accountLines(live: LiveView, width: number): readonly StyledLine[] {
  const ago = live.comparedAgoMs === undefined ? '' : `  (agreed ${duration(live.comparedAgoMs)} ago)`;
  const differences = live.mismatches.flatMap(({ line: text, blocks, accepted }) =>
    wrapText(text, width - 5).map((part, i) =>
      line(span(i > 0 ? '     ' : blocks ? '   ! ' : accepted ? '   = ' : '   · ', blocks ? 'alarm' : 'quiet'), part),
    ),
  );
  return [row('account', COMPARISON[live.comparison], ago), ...differences];
}

function liveLines(live: LiveView, width: number): readonly StyledLine[] {
  const { clockOffsetMs, clockUncertaintyMs } = live;
  const clock =
    clockOffsetMs === undefined || clockUncertaintyMs === undefined
      ? span('not measured yet', 'warn')
      : span(
          `the venue's is ${signed(clockOffsetMs, 1)} ms from ours, give or take ${fixed(clockUncertaintyMs, 1)} ms`,
        );
  const entries =
    live.blockers.length === 0
      ? span('allowed: real orders leave', 'live')
      : span(`none: ${blockersText(live.blockers)}`, 'warn');
  return [
    ...accountLines(live, width),
    row('clock', clock),
    row('limits', `${fixed(live.limitUsedPct, 0)} % of the requests allowed are used`),
    row('answers', timesText(live.ack)),
    row('to send', timesText(live.intent)),
    row('paper', shadowText(live.shadow)),
    row('orders', `${count(live.openAtVenue)} without the venue's last word`),
    row('entries', entries),
  ];
}

export function formatVenue(view: EngineView, width: number): readonly StyledLine[] {
  const { feedStatus, live } = view;
  if (feedStatus === undefined) return [line(' this run has no venue')];
  return [
    row('venue', span(view.venue, 'strong')),
    ...feedLines(feedStatus),
    ...sourceLines(view.sources ?? []),
    [],
    ...(live === undefined ? [line(' Paper: no order leaves. L goes live.')] : liveLines(live, width)),
  ];
}
