/** The risk panel: how much of each limit is used, and whether entries are allowed at all. */
import type { HaltReason, KillStage, VenueBlocker } from '../../engine/domain/index.ts';
import { blockersText, HALT_TEXT, KILL_TEXT } from '../../state/text/names.ts';
import { count, fixed } from '../../state/text/numbers.ts';
import type { EngineView, LimitView } from '../../state/view.ts';
import { bar } from '../text/bars.ts';
import { line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable } from '../text/table.ts';
import { type Changed, field, figure, flow } from './fields.ts';

export interface RiskSlice {
  readonly limits: readonly LimitView[];
  readonly halted: HaltReason;
  readonly kill: KillStage;
  readonly killOpenOrders: number;
  /** Of a live run: what stands between the venue and an entry. */
  readonly blockers?: readonly VenueBlocker[] | undefined;
  readonly counts: EngineView['counts'];
  readonly changed: Changed;
}

const BAR_WIDTH = 10;
const NEAR = 0.8;

const share = (limit: LimitView): number => (limit.limit > 0 ? limit.used / limit.limit : limit.used > 0 ? 1 : 0);

function limitStyle(limit: LimitView): Style {
  return share(limit) >= 1 ? 'alarm' : share(limit) >= NEAR ? 'warn' : 'good';
}

/** A mark that needs no colour: `!` near the limit, `!!` at it. */
function limitMark(limit: LimitView): Span {
  return span(share(limit) >= 1 ? '!!' : share(limit) >= NEAR ? '!' : '', limitStyle(limit));
}

function amount(value: number, unit: string): string {
  const decimals = Number.isInteger(value) && unit !== '%' && unit !== 'x' ? 0 : value >= 100 ? 0 : 2;
  return `${fixed(value, decimals)}${unit === '%' ? ' %' : unit === 'x' ? '×' : unit}`;
}

function columns(changed: Changed): ReadonlyArray<Column<LimitView>> {
  return [
    { title: 'limit', width: 16, align: 'left', rank: 1, grows: 22, cell: (l) => span(l.name) },
    {
      title: 'used',
      width: 8,
      align: 'right',
      rank: 1,
      cell: (l) => figure(amount(l.used, l.unit), 'strong', { changed: changed.has(`limit.${l.name}`) }),
    },
    { title: 'of', width: 8, align: 'right', rank: 1, cell: (l) => span(amount(l.limit, l.unit), 'quiet') },
    { title: '', width: BAR_WIDTH, align: 'left', rank: 3, cell: (l) => bar(share(l), BAR_WIDTH, limitStyle(l)) },
    { title: '', width: 2, align: 'left', rank: 2, cell: limitMark },
  ];
}

function gateLine({ halted, kill, killOpenOrders, blockers = [] }: RiskSlice): StyledLine {
  if (halted === 'none' && kill === 'armed' && blockers.length > 0)
    return field(' entries', span('NONE', 'warn'), span(`: ${blockersText(blockers)}`));
  if (halted === 'none' && kill === 'armed')
    return field(' entries', span('allowed', 'good'), span('  kill armed', 'quiet'));
  const open = killOpenOrders > 0 ? `, ${count(killOpenOrders)} entry orders open` : '';
  return field(' entries', span('HALTED', 'alarm'), span(` by ${HALT_TEXT[halted]}; kill: ${KILL_TEXT[kill]}${open}`));
}

/** The panel's rows. */
export function formatRisk(slice: RiskSlice, width: number, height: number): readonly StyledLine[] {
  const table = formatTable(columns(slice.changed), slice.limits, width - 1);
  const { counts } = slice;
  const lines: StyledLine[] = [
    gateLine(slice),
    line(' ', ...table.head),
    ...table.rows.map((row) => line(' ', ...row)),
  ];
  const figures = flow(
    [
      field('decisions', figure(count(counts.decisions))),
      field('proposals', figure(count(counts.proposals))),
      field('vetoes', figure(count(counts.vetoes))),
      field('fills', figure(count(counts.fills))),
    ],
    width,
    ' ',
  );
  if (lines.length + figures.length <= height) lines.push(...figures);
  return lines;
}
