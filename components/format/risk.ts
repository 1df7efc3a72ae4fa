/** The risk panel: how much of each limit is used, and whether entries are allowed at all. */
import type { HaltReason, KillStage, VenueBlocker } from '../../engine/domain/index.ts';
import type { Sort } from '../../state/arrangement.ts';
import { shareOf } from '../../state/rows.ts';
import { blockersText, HALT_TEXT, KILL_TEXT } from '../../state/text/names.ts';
import { count, fixed } from '../../state/text/numbers.ts';
import type { EngineView, LimitView } from '../../state/view.ts';
import { bar } from '../text/bars.ts';
import { line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable, windowAround } from '../text/table.ts';
import { markOf } from './arranged.ts';
import { aged, type Changed, field, figure, flow } from './fields.ts';

export interface RiskSlice {
  readonly limits: readonly LimitView[];
  readonly sort: Sort | undefined;
  /** Name of the chosen limit. */
  readonly selected: string | undefined;
  readonly focused: boolean;
  /** True when what is used may be old, for it is counted at prices that are. */
  readonly stale: boolean;
  /** True when the engine itself is silent: whether entries are allowed is not known. */
  readonly silent: boolean;
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

function limitStyle(limit: LimitView): Style {
  return shareOf(limit) >= 1 ? 'alarm' : shareOf(limit) >= NEAR ? 'warn' : 'good';
}

/** A mark that needs no colour: `!` near the limit, `!!` at it. */
function limitMark(limit: LimitView): Span {
  return span(shareOf(limit) >= 1 ? '!!' : shareOf(limit) >= NEAR ? '!' : '', limitStyle(limit));
}

function amount(value: number, unit: string): string {
  const decimals = Number.isInteger(value) && unit !== '%' && unit !== 'x' ? 0 : value >= 100 ? 0 : 2;
  return `${fixed(value, decimals)}${unit === '%' ? ' %' : unit === 'x' ? '×' : unit}`;
}

/** What is used of a limit, in its unit. */
export const usedText = ({ used, unit }: LimitView): string => amount(used, unit);

function columns({ changed, stale, focused, selected }: RiskSlice): ReadonlyArray<Column<LimitView>> {
  const pointer = (l: LimitView): string => (focused && l.name === selected ? '▸' : ' ');
  return [
    {
      title: ' limit',
      width: 17,
      align: 'left',
      rank: 1,
      grows: 23,
      cell: (l) => line(pointer(l), span(l.name)),
    },
    {
      title: 'used',
      width: 8,
      align: 'right',
      rank: 1,
      sort: 'used',
      cell: (l) => figure(usedText(l), 'strong', { stale, changed: changed.has(`limit.${l.name}`) }),
    },
    { title: 'of', width: 8, align: 'right', rank: 1, cell: (l) => span(amount(l.limit, l.unit), 'quiet') },
    {
      title: '',
      width: BAR_WIDTH,
      align: 'left',
      rank: 3,
      cell: (l) => bar(shareOf(l), BAR_WIDTH, limitStyle(l)).map((part) => aged(part, stale)),
    },
    { title: '', width: 2, align: 'left', rank: 2, cell: limitMark },
  ];
}

/** What keeps entries back is never dimmed; that they are allowed is, when nobody knows. */
function gateLine({ halted, kill, killOpenOrders, blockers = [], silent }: RiskSlice): StyledLine {
  if (halted === 'none' && kill === 'armed' && blockers.length > 0)
    return field(' entries', span('NONE', 'warn'), span(`: ${blockersText(blockers)}`));
  if (halted === 'none' && kill === 'armed')
    return field(' entries', figure('allowed', 'good', { stale: silent }), span('  kill ready', 'quiet'));
  const open = killOpenOrders > 0 ? `, ${count(killOpenOrders)} entry orders open` : '';
  return field(' entries', span('HALTED', 'alarm'), span(` by ${HALT_TEXT[halted]}; kill: ${KILL_TEXT[kill]}${open}`));
}

function countsLine({ counts, silent: stale }: RiskSlice, width: number): readonly StyledLine[] {
  const names = ['decisions', 'proposals', 'gateVetoes', 'fills'] as const;
  const label = (name: (typeof names)[number]): string => (name === 'gateVetoes' ? 'gate vetoes' : name);
  return flow(
    names.map((name) => field(label(name), figure(count(counts[name]), 'plain', { stale }))),
    width,
    ' ',
  );
}

/** The panel's rows: limits about the chosen one, and the counts where there is room for all. */
export function formatRisk(slice: RiskSlice, width: number, height: number): readonly StyledLine[] {
  const { limits, selected } = slice;
  const at = limits.findIndex(({ name }) => name === selected);
  const rows = windowAround(limits, at, Math.max(1, height - 2));
  const table = formatTable(columns(slice), rows, width, markOf(slice.sort));
  const lines: StyledLine[] = [
    gateLine(slice),
    ...(limits.length === 0 ? [line(span(' no limit is known yet', 'quiet'))] : [table.head, ...table.rows]),
  ];
  const figures = countsLine(slice, width);
  if (lines.length + figures.length <= height) lines.push(...figures);
  return lines;
}
