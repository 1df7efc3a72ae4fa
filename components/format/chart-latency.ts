/** How long data, orders and answers take, as histograms over times that double: one for each that is measured. */
import { count, shortTime } from '../../state/text/numbers.ts';
import type { EngineView, TimesView } from '../../state/view.ts';
import { columnRows } from '../text/bars.ts';
import { clipLine, line, lineWidth, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { type ChartFrame, merged } from './chart-line.ts';
import { figure } from './fields.ts';

interface Measured {
  readonly name: string;
  /** From what to what. */
  readonly meaning: string;
  readonly times: TimesView;
}

/** Columns of one bucket at most. */
const WIDEST_BUCKET = 3;
/** A title and a row of bars; with one row more there is an axis. */
const SMALLEST_BLOCK = 2;

export function measuredTimes({ feedStatus, live }: EngineView): readonly Measured[] {
  return [
    ...(feedStatus === undefined
      ? []
      : [{ name: 'feed delay', meaning: 'event at the venue to here', times: feedStatus.delay }]),
    ...(live === undefined
      ? []
      : [
          { name: 'to send', meaning: 'input to order sent', times: live.intent },
          { name: 'answers', meaning: 'order sent to reply', times: live.ack },
        ]),
  ];
}

/** Why nothing is measured in this run. */
export const nothingMeasured = ({ replay }: EngineView): string =>
  replay === undefined
    ? 'nothing to measure: this run has no venue'
    : 'nothing to measure: a recording is not on a line';

/** The rows: the height is shared out, and what does not fit is told by its figures alone. */
export function formatLatency(view: EngineView, { width, height, stale }: ChartFrame): readonly StyledLine[] {
  const measured = measuredTimes(view);
  if (measured.length === 0) return [line(span(` ${nothingMeasured(view)}`, 'quiet'))];
  const block = Math.floor(height / measured.length);
  return measured.flatMap((each) => {
    const title = titleOf(each, width, stale);
    if (each.times.count === 0 || block < SMALLEST_BLOCK) return [title];
    return [title, ...histogram(each.times, width - 2, block - 1).map((row) => line(' ', ...row))];
  });
}

/** From what to what is told where there is room for all of it. */
function titleOf({ name, meaning, times }: Measured, width: number, stale: boolean): StyledLine {
  const title = line(' ', span(name, 'strong'));
  if (times.count === 0) return line(...title, span('  nothing yet: none has been measured', 'quiet'));
  const { p50Us, p99Us, mostUs } = times;
  const figures = line(
    ...title,
    span('  p50 ', 'quiet'),
    figure(shortTime(p50Us), 'entry', { stale }),
    span('  p99 ', 'quiet'),
    figure(shortTime(p99Us), 'stop', { stale }),
    span(`  longest ${shortTime(mostUs)}  (${count(times.count)})`, 'quiet'),
  );
  const whole = line(...figures, span(`  ${meaning}`, 'quiet'));
  return lineWidth(whole) <= width ? whole : clipLine(figures, width);
}

type Bucket = TimesView['buckets'][number];

/** Neighbours put together until there are at most `most`. */
export function fewerBuckets(buckets: readonly Bucket[], most: number): readonly Bucket[] {
  const each = Math.max(1, Math.ceil(buckets.length / Math.max(1, most)));
  const joined: Bucket[] = [];
  for (let i = 0; i < buckets.length; i += each) {
    const part = buckets.slice(i, i + each);
    joined.push([part[0]?.[0] ?? 0, part.reduce((sum, [, n]) => sum + n, 0)]);
  }
  return joined;
}

/** Bars of the buckets and, where there is a row for it, the axis under them; those that hold p50 and p99 are marked. */
function histogram(times: TimesView, width: number, height: number): readonly StyledLine[] {
  const buckets = fewerBuckets(times.buckets, width);
  if (buckets.length === 0) return [];
  const wide = Math.max(1, Math.min(WIDEST_BUCKET, Math.floor(width / buckets.length)));
  const bucketOf = (us: number): number =>
    Math.max(
      0,
      buckets.findLastIndex(([fromUs]) => fromUs <= us),
    );
  const [half, most] = [bucketOf(times.p50Us), bucketOf(times.p99Us)];
  const largest = Math.max(...buckets.map(([, n]) => n));
  const rows = columnRows(
    buckets.map(([, n]) => n / largest),
    Math.max(1, height - 1),
  );
  const style = (at: number): Style => (at === half ? 'entry' : at === most ? 'stop' : 'title');
  const bars = rows.map((row) => merged([...row].map((char, at) => span(char.repeat(wide), style(at)))));
  if (height < 2) return bars;
  const texts: readonly AxisText[] = [
    { at: half * wide, text: span('▲50', 'entry') },
    { at: most * wide, text: span('▲99', 'stop') },
    { at: 0, text: span(shortTime(buckets[0]?.[0] ?? 0), 'quiet') },
    { at: buckets.length * wide, text: span(shortTime(times.mostUs), 'quiet') },
  ];
  return [...bars, axisOf(texts, width)];
}

interface AxisText {
  readonly at: number;
  readonly text: Span;
}

/** Texts at their columns; a later one that would touch an earlier one is left out. */
function axisOf(texts: readonly AxisText[], width: number): StyledLine {
  const placed: AxisText[] = [];
  for (const { at: wanted, text } of texts) {
    const at = Math.max(0, Math.min(wanted, width - text.text.length));
    const isFree = placed.every((other) => at > other.at + other.text.text.length || at + text.text.length < other.at);
    if (isFree) placed.push({ at, text });
  }
  placed.sort((a, b) => a.at - b.at);
  let column = 0;
  return placed.flatMap(({ at, text }) => {
    const gap = span(' '.repeat(at - column));
    column = at + text.text.length;
    return [gap, text];
  });
}
