/**
 * What became of proposals, told where messages are: what was approved, and what ended without an answer. In a replay the
 * recorded answers too, for no key of this console has been told what came of it.
 */

import type { LogEntry } from './log-entry.ts';
import type { ConsoleState, Notice } from './model.ts';
import { OUTCOME_TEXT, positionText } from './text/names.ts';
import { fixed, signed } from './text/numbers.ts';
import type { EngineView } from './view.ts';

/** Lines of the log that are older than this are read at a start: they tell nobody anything new. */
const NEWS_US = 10_000_000;

type Told = Pick<Notice, 'level' | 'text'>;

/** What new lines of the log say of proposals, as one message; undefined where that is nothing. */
export function fatesOf({ view, previousView, log }: ConsoleState, fresh: readonly LogEntry[]): Told | undefined {
  if (view === undefined) return undefined;
  const news = fresh.filter(({ event }) => isNews(event, view, previousView));
  const fates = [...endedTexts(news, endsIn(view)), ...news.flatMap((entry) => fateText(entry, log.entries) ?? [])];
  return fates.length === 0 ? undefined : { level: 'info', text: fates.join('; ') };
}

/** Of a replay that stands, what its last step went through: lines of before come in whenever they are read. */
function isNews({ atUs, seq }: LogEntry['event'], view: EngineView, before: EngineView | undefined): boolean {
  if (atUs < view.atUs - NEWS_US) return false;
  return view.replay === undefined || view.replay.playing || (before !== undefined && seq > before.seq);
}

type Ends = Readonly<Partial<Record<keyof typeof OUTCOME_TEXT, string>>>;

const UNANSWERED: Ends = { withdrawn: 'withdrawn', expired: 'expired, no order' };
const ANSWERED: Ends = {
  'cleared-by-operator': OUTCOME_TEXT['cleared-by-operator'],
  'vetoed-by-operator': OUTCOME_TEXT['vetoed-by-operator'],
  'refused-at-clearing': OUTCOME_TEXT['refused-at-clearing'],
};

/** Ends that are told; of a fork's answers it is the key of this console that is told what came of it. */
const endsIn = ({ replay }: EngineView): Ends =>
  replay === undefined || replay.forked ? UNANSWERED : { ...UNANSWERED, ...ANSWERED };

/** Those that ended, of each kind together: `2 withdrawn: #7 ETH/USDT, #8 SOL/USDT`. */
function endedTexts(news: readonly LogEntry[], ends: Ends): readonly string[] {
  return Object.entries(ends).flatMap(([outcome, words]) => {
    const names = news.flatMap(({ event, symbol = '' }) =>
      event.kind === 'proposal-closed' && event.outcome === outcome ? [`#${event.proposalId} ${symbol}`.trim()] : [],
    );
    if (names.length === 0) return [];
    return names.length === 1 ? [`${names[0]} ${words}`] : [`${names.length} ${words}: ${names.join(', ')}`];
  });
}

/** The number of the approved proposal that a decision led to; undefined where nobody approved one. */
function approvedOf(decisionId: number, entries: readonly LogEntry[]): number | undefined {
  for (const { event } of entries) {
    if (event.kind === 'proposal-closed' && event.decisionId === decisionId)
      return event.outcome === 'cleared-by-operator' ? event.proposalId : undefined;
  }
  return undefined;
}

function fateText(entry: LogEntry, entries: readonly LogEntry[]): string | undefined {
  const { event, symbol = '' } = entry;
  if (event.kind !== 'order' && event.kind !== 'position-closed' && event.kind !== 'protective') return undefined;
  const proposalId = approvedOf(event.decisionId, entries);
  const fate = proposalId === undefined ? undefined : fateWords(event, entries);
  return fate === undefined ? undefined : `#${proposalId} ${symbol} ${fate}`;
}

type Followed = Extract<LogEntry['event'], { kind: 'order' | 'position-closed' | 'protective' }>;

function fateWords(event: Followed, entries: readonly LogEntry[]): string | undefined {
  switch (event.kind) {
    case 'protective':
      return event.trigger === 'stop' || event.trigger === 'target' ? `reached its ${event.trigger}` : undefined;
    case 'position-closed': {
      const net = Number(event.realised) - Number(event.fees);
      return `closed, ${positionText(event.side)} made ${signed(net, 2)} after fees of ${fixed(Number(event.fees), 2)}`;
    }
    case 'order':
      return event.purpose === 'entry' ? entryWords(event, entries) : undefined;
  }
}

function entryWords(
  { event, orderId }: Extract<Followed, { kind: 'order' }>,
  entries: readonly LogEntry[],
): string | undefined {
  switch (event) {
    case 'fill':
    case 'late-fill':
      return 'filled';
    case 'reject':
      return 'not filled: the venue rejected it';
    case 'confirm-cancel': {
      const partly = entries.some((each) => each.event.kind === 'fill' && each.event.orderId === orderId);
      return partly ? 'partly filled, the rest cancelled' : 'not filled: its order was cancelled';
    }
    case 'lose':
      return 'outcome unknown: the venue has not said';
    default:
      return undefined;
  }
}
