/** Times on the axis under a line: its first and its last moment, and between them as many as there is room for. */
import { clock, date } from '../../state/text/numbers.ts';
import { type Cell, type PlotArea, plotColumn } from '../charts/contrib-line.ts';
import { type StyledLine, span } from '../text/line.ts';

/** Columns of the line for each time between the first and the last one. */
const COLUMNS_FOR_EACH = 48;
const DAY_US = 86_400_000_000;
const YEAR_US = 365 * DAY_US;

/** How a moment is written among others from `fromUs` to `toUs`: as shortly as tells them apart. */
function writes(fromUs: number, toUs: number): (atUs: number) => string {
  if (toUs - fromUs >= YEAR_US) return date;
  if (date(fromUs) === date(toUs)) return (atUs) => clock(atUs).slice(0, 8);
  return (atUs) => `${date(atUs).slice(5)} ${clock(atUs).slice(0, 5)}`;
}

interface Label {
  /** Its first column. */
  readonly at: number;
  readonly text: string;
}

/** The first and the last time at the ends, where both fit, and others about the points that they are of. */
function labelsOf(timesUs: readonly number[], area: PlotArea): readonly Label[] {
  const [fromUs = 0, toUs = 0] = [timesUs[0], timesUs.at(-1)];
  const text = writes(fromUs, toUs);
  const left = area.labelColumns;
  const first = { at: left + 1, text: ` ${text(fromUs)} ` };
  const last = [` ${text(toUs)} UTC`, ` ${text(toUs)}`]
    .map((each) => ({ at: area.width - each.length, text: each }))
    .find(({ at }) => at > first.at + first.text.length);
  if (last === undefined) return [first];
  const more = Math.floor((area.width - left) / COLUMNS_FOR_EACH);
  const between = Array.from({ length: more }, (_, i) => {
    const point = Math.round(((i + 1) / (more + 1)) * (timesUs.length - 1));
    const label = ` ${text(timesUs[point] ?? 0)} `;
    return { at: plotColumn(point, timesUs.length, area) - Math.floor(label.length / 2), text: label };
  });
  const isFree = ({ at, text: each }: Label): boolean =>
    at > first.at + first.text.length && at + each.length < last.at;
  return [first, ...between.filter(isFree), last];
}

/** The plot's lowest row with times on it; the row as it is where none is known. */
export function timeAxis(row: readonly Cell[], timesUs: readonly number[], area: PlotArea): StyledLine {
  const letters = row.map(({ char }) => char);
  const isKnown = timesUs.length > 1 && timesUs.every((each) => each > 0);
  for (const { at, text } of isKnown ? labelsOf(timesUs, area) : [])
    [...text].forEach((letter, i) => {
      if (at + i < letters.length) letters[at + i] = letter;
    });
  return [span(letters.join(''), 'quiet')];
}
