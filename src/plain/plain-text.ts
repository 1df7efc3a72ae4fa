/** The console as lines of words: what has changed from one state to the next, each change told once. */
import { headerAlerts } from '../../components/format/header.ts';
import { dialogLines, isScrolling, SCROLL_TITLES, scrollingLines } from '../../components/format/overlays.ts';
import { plainText } from '../../components/text/line.ts';
import { driftOf } from '../../state/drift.ts';
import { GATE_REFUSES } from '../../state/gate-words.ts';
import type { CommandName } from '../../state/keymap/commands.ts';
import { enabledBindings } from '../../state/keymap/dispatch.ts';
import type { ConsoleState, Overlay } from '../../state/model.ts';
import { selectedProposal } from '../../state/proposals.ts';
import { silentForMs } from '../../state/staleness.ts';
import { clean } from '../../state/text/clean.ts';
import { answersText } from '../../state/text/fork-answers.ts';
import { FEED_TEXT, KILL_TEXT, positionText, sideText } from '../../state/text/names.ts';
import { amount, duration, fixed, grouped, signedMoney } from '../../state/text/numbers.ts';
import type { AnswersView, EngineView, ProposalView } from '../../state/view.ts';
import { chartLines, chartMark } from './chart-words.ts';
import { isOfChart } from './line-keys.ts';
import { LogWords } from './log-words.ts';

const WIDTH = 100;
const PALETTE_ROWS = 12;
/** Commands that move about on a screen. */
const ON_SCREEN: ReadonlySet<CommandName | undefined> = new Set<CommandName>([
  ...(['hide', 'help', 'focus-next', 'focus-previous', 'zoom', 'scroll-down', 'scroll-up', 'page-down'] as const),
  ...(['page-up', 'to-top', 'to-end', 'palette', 'timing', 'focus-governor'] as const),
  ...(['filter', 'filter-page', 'sort', 'turn-sort'] as const),
]);
/** Told once more when so little time is left. */
const LAST_CALL_MS = 5_000;

/** Remembers what has been told. */
export class PlainText {
  #status = '';
  #alerts: readonly string[] = [];
  #notice: ConsoleState['notice'];
  #overlay = '';
  #chart = '';
  readonly #log = new LogWords();
  readonly #proposals = new Map<number, string>();

  /** What is new, in the order in which a person wants it: state, alarms, events, what is asked, dialogs, the chart, messages. */
  news(state: ConsoleState): readonly string[] {
    return [
      ...this.#statusNews(state),
      ...this.#alertNews(state),
      ...this.#log.news(state),
      ...this.#proposalNews(state),
      ...this.#overlayNews(state),
      ...this.#chartNews(state),
      ...this.#noticeNews(state),
    ].map(clean);
  }

  #statusNews({ view }: ConsoleState): readonly string[] {
    const status = view === undefined ? 'waiting for the engine' : statusWords(view);
    if (status === this.#status) return [];
    this.#status = status;
    return [`status: ${status}`];
  }

  /** Times in them go on by themselves: an alarm is told when it begins, and when its words change. */
  #alertNews(state: ConsoleState): readonly string[] {
    const { connection, view, ui, bindings } = state;
    const leaving = ui.leaving !== 'none';
    const alerts = headerAlerts({ connection, view, silentMs: silentForMs(state), leaving, bindings })
      .map(plainText)
      .map((text) => text.replace(/\s+/g, ' ').trim());
    const isNew = (text: string): boolean =>
      !this.#alerts.some((told) => withoutNumbers(told) === withoutNumbers(text));
    const news = alerts.filter(isNew);
    this.#alerts = alerts;
    return news.map((text) => `alert: ${text}`);
  }

  #proposalNews(state: ConsoleState): readonly string[] {
    const proposals = state.view?.proposals ?? [];
    const chosen = selectedProposal(state);
    const news = proposals.flatMap((each) => {
      const isLast = each.remainingMs <= LAST_CALL_MS;
      const stage = `${each.revision} ${isLast} ${each === chosen}`;
      if (this.#proposals.get(each.proposalId) === stage) return [];
      this.#proposals.set(each.proposalId, stage);
      return [proposalLine(each, each === chosen)];
    });
    const open = new Set(proposals.map(({ proposalId }) => proposalId));
    for (const id of this.#proposals.keys()) if (!open.has(id)) this.#proposals.delete(id);
    return news;
  }

  #overlayNews(state: ConsoleState): readonly string[] {
    const { overlay } = state.ui;
    const mark = markOf(overlay);
    const before = this.#overlay;
    if (mark === before) return [];
    this.#overlay = mark;
    // An error goes with the next letter: the field itself was told.
    if (mark === NO_ERROR && before.startsWith(NO_ERROR)) return [];
    return overlay.kind === 'none' ? [] : overlayLines(overlay, state);
  }

  /** Told when the panel is gone to, and when it shows another chart. */
  #chartNews(state: ConsoleState): readonly string[] {
    const mark = chartMark(state);
    if (mark === this.#chart) return [];
    this.#chart = mark;
    return mark === '' ? [] : chartLines(state);
  }

  #noticeNews({ notice }: ConsoleState): readonly string[] {
    if (notice === undefined || notice === this.#notice) return [];
    this.#notice = notice;
    return [`${notice.level === 'info' ? 'note' : notice.level}: ${notice.text}`];
  }
}

const withoutNumbers = (text: string): string => text.replace(/[\d.,:]+/g, '');

/** What must be known at any moment, without numbers that move by themselves. */
function statusWords(view: EngineView): string {
  const { mode, control, feed, halted, kill, replay, live } = view;
  const armed = live === undefined ? [] : [live.armed ? 'armed' : 'not armed'];
  const stopped = halted === 'none' ? [] : [`halted (${halted}), kill: ${KILL_TEXT[kill]}`];
  const shown =
    replay === undefined ? [] : [replay.forked ? 'forked replay' : 'replay', replay.playing ? 'playing' : 'paused'];
  return [
    mode,
    ...armed,
    control.toUpperCase(),
    `feed ${FEED_TEXT[feed].toLowerCase()}`,
    view.venue,
    ...shown,
    ...stopped,
  ].join(', ');
}

function proposalLine(proposal: ProposalView, isChosen: boolean): string {
  const { proposalId, revision, side, quantity, symbol, limit, stop, target, remainingMs, atExpiry } = proposal;
  const what = `${sideText(side)} ${amount(quantity)} ${symbol}`;
  const terms = `limit ${grouped(limit)}, stop ${grouped(stop)}, target ${grouped(target)}, R ${rewardWords(proposal)}`;
  const end = atExpiry === 'clears' ? 'then policy clears it' : 'then it expires without an order';
  const chosen = isChosen ? ', the chosen one: approve or veto' : '';
  return `proposal #${proposalId}, revision ${revision}: ${what}, worth ${grouped(proposal.notional)}, ${terms}, ${votedFor(proposal)}; ${duration(remainingMs)} left, ${end}${chosen}`;
}

/** R, and what makes it worthless: a loss even at the target, a price that has left the limit behind, a gate that would refuse it. */
function rewardWords(proposal: ProposalView): string {
  const { rMultiple, refusedBy } = proposal;
  const loses = rMultiple !== undefined && rMultiple <= 0 ? ', loses even at its target' : '';
  const gone = driftOf(proposal)?.isBeyondLimit === true ? ', would not fill now' : '';
  const refused = refusedBy === undefined ? '' : `, would be refused: ${GATE_REFUSES[refusedBy]}`;
  return `${rMultiple === undefined ? 'unknown' : fixed(rMultiple, 2)}${loses}${gone}${refused}`;
}

/** Who voted for it, models with the chance that they give to its way. */
function votedFor({ side, votes, chances }: ProposalView): string {
  const way = side > 0 ? 'a rise' : 'a fall';
  const models = chances.length === 0 ? [] : [`chance of ${way} by ${chances.join(', ')}`];
  return `for it ${[...votes, ...models].join(', ') || 'no producer'}`;
}

/** The field of a smaller size while nothing is wrong with it. */
const NO_ERROR = 'size ';

/** What an overlay is told anew for: another one, an answer that was wrong, another row. */
function markOf(overlay: Overlay): string {
  switch (overlay.kind) {
    case 'code':
      return `code ${overlay.code} ${overlay.wrong}`;
    case 'prompt':
      return `prompt ${overlay.purpose}`;
    case 'explain':
      return `explain ${overlay.decisionId} ${overlay.explain === undefined} ${overlay.missing}`;
    case 'size':
      return `${NO_ERROR}${overlay.error}`;
    case 'quit':
    case 'stops':
    case 'bookmarks':
      return `${overlay.kind} ${overlay.selected}`;
    default:
      return overlay.kind;
  }
}

function overlayLines(overlay: Exclude<Overlay, { kind: 'none' }>, state: ConsoleState): readonly string[] {
  const [title, lines] = isScrolling(overlay)
    ? [SCROLL_TITLES[overlay.kind], scrollingLines(overlay, state, WIDTH, [])]
    : dialogLines(overlay, state, WIDTH, PALETTE_ROWS);
  return [`${title}:`, ...lines.map((each) => `  ${plainText(each).trimEnd()}`).filter((text) => text.trim() !== '')];
}

/** What can be typed at this moment, by name; keys that only a screen needs are left out. */
export function helpLines(state: ConsoleState): readonly string[] {
  const enabled = new Set(enabledBindings(state));
  const named = state.bindings
    .filter((each) => enabled.has(each) || isOfChart(each))
    .filter(({ name }) => name !== undefined && !ON_SCREEN.has(name));
  return [
    'status: everything of this moment in words',
    'models: how each model does',
    'approve ID, veto ID: the chosen proposal, only if it is that one',
    ...named.map(({ name, text }) => `${name}: ${text}`),
    'any key of chimera keys works too, by its name; an empty line leaves a field',
  ].map(clean);
}

const recordedLine = (answers: AnswersView): string => `recorded answers: ${answersText(answers, true).join('; ')}`;

/** Everything of this moment in words: asked for by the operator. */
export function statusLines(state: ConsoleState): readonly string[] {
  const { view } = state;
  if (view === undefined) return ['waiting for the engine'];
  const { account } = view;
  const money = `equity ${grouped(account.equity)} ${account.currency}, day ${signedMoney(account.dayPnl)}, drawdown ${account.drawdownPct.toFixed(2)} per cent`;
  return [
    `status: ${statusWords(view)}`,
    money,
    ...view.symbols.map(
      (each) =>
        `${each.symbol}: last ${each.last === undefined ? 'unknown' : grouped(each.last)}, feed ${FEED_TEXT[each.feed].toLowerCase()}`,
    ),
    ...view.positions.map(
      (each) =>
        `position: ${positionText(each.side)} ${amount(each.quantity)} ${each.symbol}, ${signedMoney(each.unrealised)}, stop ${each.stop ?? 'none'}`,
    ),
    ...view.proposals.map((each) => proposalLine(each, each === selectedProposal(state))),
    ...(view.positions.length === 0 ? ['no positions'] : []),
    ...(view.replay?.answers === undefined ? [] : [recordedLine(view.replay.answers)]),
  ].map(clean);
}
