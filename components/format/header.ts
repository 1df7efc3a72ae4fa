/** The header: mode, control, feed, money, and anything that is wrong, on every size of screen. */
import type { KillStage } from '../../engine/domain/index.ts';
import type { Binding } from '../../state/keymap/bindings.ts';
import type { CommandName } from '../../state/keymap/commands.ts';
import { keyOf } from '../../state/keymap/key-names.ts';
import type { Connection } from '../../state/model.ts';
import { changedKeys } from '../../state/selectors.ts';
import { isStale } from '../../state/staleness.ts';
import { blockersText, HALT_TEXT, KILL_TEXT } from '../../state/text/names.ts';
import {
  clock,
  count,
  date,
  duration,
  fixed,
  grouped,
  percentOf,
  signed,
  signedMoney,
} from '../../state/text/numbers.ts';
import type { EngineView, LiveView, SymbolView } from '../../state/view.ts';
import { line, lineWidth, type Span, type Style, type StyledLine, span, spread } from '../text/line.ts';
import { type Changed, feedSpan, field, figure, flow, signStyle } from './fields.ts';

export interface HeaderSlice {
  readonly connection: Connection;
  readonly view: EngineView | undefined;
  /** How long the engine has said nothing, 0 while it speaks. */
  readonly silentMs: number;
  readonly leaving: boolean;
  readonly bindings: readonly Binding[];
  /** The chosen symbol. */
  readonly symbol?: SymbolView | undefined;
}

/** The key of a command by its name, as it is shown. */
type KeyOf = (name: CommandName) => string;

/** Alert lines under the two that are always there. */
export function headerAlerts({ connection, view, silentMs, leaving, bindings }: HeaderSlice): readonly StyledLine[] {
  const alerts: StyledLine[] = [];
  const key: KeyOf = (name) => keyOf(bindings, name);
  if (connection.kind === 'stopped') {
    const what = connection.fault ? 'ENGINE FAILED' : 'ENGINE STOPPED';
    alerts.push(line(span(` ${what}: ${connection.reason} `, 'alarm'), ` nothing trades; ${key('leave')} leaves`));
  } else if (silentMs > 0) {
    alerts.push(
      line(span(` ENGINE SILENT for ${duration(silentMs)} `, 'alarm'), ' what you see is old; Ctrl-K is still sent'),
    );
  }
  if (view?.unrecorded !== undefined)
    alerts.push(
      line(span(' NOT RECORDED ', 'alarm'), span(` ${view.unrecorded}`, 'strong'), `  ${key('leave')} leaves`),
    );
  if (view !== undefined && (view.halted !== 'none' || view.kill !== 'armed')) alerts.push(haltLine(view, key));
  if (view?.live !== undefined && view.live.blockers.length > 0) alerts.push(blockedLine(view.live, key));
  if (view?.leftLive !== undefined) alerts.push(leftLiveLine(view.leftLive, key));
  if (leaving) alerts.push(line(span(' FLATTENING, then leaving ', 'warn'), ` ${key('leave')} and s to stay`));
  return alerts;
}

function leftLiveLine(session: string, key: KeyOf): StyledLine {
  const words = ` of ${session} stay at the venue with their stops`;
  return line(
    span(' REAL POSITIONS ', 'live'),
    span(words, 'strong'),
    span(`  ${key('switch-mode')} takes them up`, 'key'),
  );
}

/** What stands between the venue and an entry, and the key of the next step. */
function blockedLine({ blockers, digest }: LiveView, key: KeyOf): StyledLine {
  const parts: Span[] = [span(' NO REAL ENTRIES ', 'warn'), span(` ${blockersText(blockers)}`, 'strong')];
  if (blockers.length === 1 && blockers[0] === 'disarmed') parts.push(span(`  ${key('arm')} arm`, 'key'));
  else parts.push(span(`  ${key('venue')} shows`, 'key'));
  if (digest !== 0) parts.push(span(`  ${key('leave-alone')} leave alone`, 'key'));
  return parts;
}

/** While a kill is on its way neither can be asked for: the next step is to wait. */
const MAY_RESUME: ReadonlySet<KillStage> = new Set(['armed', 'none-open', 'flat']);
const MAY_FLATTEN: ReadonlySet<KillStage> = new Set(['none-open', 'unconfirmed']);

/** Who halted, how far the kill has come, what is still held, and the keys of the next step. */
function haltLine(view: EngineView, key: KeyOf): StyledLine {
  const by = view.halted === 'none' ? '' : ` by ${HALT_TEXT[view.halted]}`;
  const parts: Span[] = [span(' HALTED ', 'alarm'), span(by, 'strong')];
  const held = view.positions.length;
  if (view.kill !== 'armed') {
    const open = view.killOpenOrders === 0 ? '' : `, ${count(view.killOpenOrders)} open`;
    const positions = held === 0 ? '' : `, ${count(held)} position${held === 1 ? '' : 's'}`;
    parts.push(span(`  ${KILL_TEXT[view.kill]}${open}${positions}`, 'warn'));
    if (held > 0 && MAY_FLATTEN.has(view.kill)) parts.push(span(`  ${key('flatten')} flatten`, 'key'));
  }
  if (view.unrecorded === undefined && MAY_RESUME.has(view.kill)) parts.push(span(`  ${key('resume')} resume`, 'key'));
  return parts;
}

/** The header's lines for this width. */
export function formatHeader(slice: HeaderSlice, width: number): readonly StyledLine[] {
  const { view } = slice;
  if (view === undefined) {
    const text = slice.connection.kind === 'stopped' ? '' : 'waiting for the engine';
    return [line(span(' CHIMERA ', 'title'), span(` ${text}`, 'quiet')), [], ...headerAlerts(slice)];
  }
  const stale = slice.silentMs > 0 || slice.connection.kind === 'stopped' || isStale(view.feed);
  const changed = changedKeys(view);
  return [stateLine(view, slice, width), moneyLine(view, slice.symbol, stale, changed, width), ...headerAlerts(slice)];
}

/** What an engine that has ended or fallen silent said last of its feed is no longer so. */
function feedNow(view: EngineView, { silentMs, connection }: HeaderSlice): Span {
  if (silentMs > 0) return span(`STALE ${duration(silentMs)}`, 'warn');
  return connection.kind === 'stopped' ? span('STALE', 'warn') : feedSpan(view.feed, view.feedAgeMs);
}

/** Who clears trades; in a replay first that it is one: nothing of it is so now. */
function controlSpans({ control, replay }: EngineView): readonly Span[] {
  const word = span(control.toUpperCase(), 'strong');
  return replay === undefined ? [word] : [span(replay.forked ? 'REPLAY, FORKED  ' : 'REPLAY  ', 'title'), word];
}

function stateLine(view: EngineView, slice: HeaderSlice, width: number): StyledLine {
  const feed = feedNow(view, slice);
  const left: Array<Span | string> = [
    span(` ${view.mode} `, view.mode === 'LIVE' && view.replay === undefined ? 'live' : 'paper'),
    ...(view.live === undefined
      ? []
      : [span(view.live.armed ? ' ARMED' : ' not armed', view.live.armed ? 'live' : 'warn')]),
    ' ',
    ...controlSpans(view),
    span('  feed ', 'quiet'),
    feed,
  ];
  if (view.recording) left.push('  ', span('REC', 'warn'));
  const date_ = width >= 110 ? `${date(view.atUs)} ` : '';
  const lag = line(span('lag ', 'quiet'), lagSpan(view.engine.lagMs), ' ');
  const whole = [...lag, span(` ${date_}${clock(view.atUs).slice(0, 8)} UTC `, 'quiet')];
  // On a narrow screen mode, control and feed matter more than what time it is.
  const spare = width - lineWidth(line(...left)) - 1;
  const right = [whole, lag].find((each) => lineWidth(each) <= spare) ?? [];
  const place = [...line(span('  ', 'quiet'), span(view.venue))];
  if (width >= 110) place.push(span(` · ${view.session}`, 'quiet'));
  const room = width - lineWidth(line(...left)) - lineWidth(right) - 1;
  return spread(line(...left, ...(lineWidth(place) <= room ? place : [])), right, width);
}

function lagSpan(ms: number): Span {
  const text = ms < 1000 ? `${fixed(ms, 0)} ms` : duration(ms);
  return span(text, ms >= 1000 ? 'alarm' : ms >= 100 ? 'warn' : 'plain');
}

/** How the market of the chosen symbol moves. */
function regimeField(symbol: SymbolView | undefined, stale: boolean): readonly StyledLine[] {
  if (symbol?.regime === undefined) return [];
  const { name, chance } = symbol.regime;
  return [field(`${symbol.symbol} is`, figure(`${name} ${percentOf(chance, 0)}`, 'plain', { stale }))];
}

function moneyLine(
  view: EngineView,
  symbol: SymbolView | undefined,
  stale: boolean,
  changed: Changed,
  width: number,
): StyledLine {
  const { account, counts } = view;
  const show = (text: string, key: string, style: Style = 'plain'): Span =>
    figure(text, style, { stale, changed: changed.has(`account.${key}`) });
  const pnl = `${signedMoney(account.dayPnl)} (${signed(account.dayPnlPct, 2)} %)`;
  const fields = [
    field('equity', show(`${grouped(account.equity)} ${account.currency}`, 'equity', 'strong')),
    field('day', show(pnl, 'dayPnl', signStyle(account.dayPnlPct))),
    field('drawdown', show(`${fixed(account.drawdownPct, 2)} %`, 'drawdownPct')),
    field('exposure', show(`${fixed(account.exposurePct, 1)} %`, 'exposurePct')),
    ...regimeField(symbol, stale),
    field('fees', figure(grouped(account.fees), 'plain', { changed: changed.has('account.fees') })),
    field('trades', figure(`${counts.trades} (${counts.wins} won)`)),
  ];
  return flow(fields, width, ' ')[0] ?? [];
}
