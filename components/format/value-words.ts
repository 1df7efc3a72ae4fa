/** Values of the view in words: what each is called on screen, and how it is written there. */
import type { HaltReason, KillStage, OrderState } from '../../engine/domain/index.ts';
import { FEED_TEXT, HALT_TEXT, KILL_TEXT, ORDER_STATE_TEXT } from '../../state/text/names.ts';
import { amount, count, fixed, grouped, signed, signedMoney } from '../../state/text/numbers.ts';
import type { FeedState } from '../../state/view.ts';
import { UNKNOWN } from './fields.ts';

/** A value that is not there has no words of its own. */
type Write = (value: string | number) => string;

interface ValueWords {
  readonly label: string;
  readonly write: Write;
}

const decimal: Write = (value) => grouped(String(value));
const size: Write = (value) => amount(String(value));
const gain: Write = (value) => signedMoney(String(value));
const whole: Write = (value) => count(Number(value));
const word: Write = String;
const capitals: Write = (value) => String(value).toUpperCase();
const feed: Write = (value) => FEED_TEXT[value as FeedState] ?? String(value);
const withUnit =
  (unit: string, decimals: number): Write =>
  (value) =>
    `${fixed(Number(value), decimals)} ${unit}`;
const withSign =
  (decimals: number): Write =>
  (value) =>
    signed(Number(value), decimals);

const said = (label: string, write: Write): ValueWords => ({ label, write });

const WORDS: Readonly<Record<string, ValueWords>> = {
  control: said('control', capitals),
  feed: said('feed', feed),
  halted: said('halt', (value) => HALT_TEXT[value as HaltReason] ?? String(value)),
  kill: said('kill', (value) => KILL_TEXT[value as KillStage] ?? String(value)),
  'account.equity': said('equity', decimal),
  'account.cash': said('cash', decimal),
  'account.dayPnl': said('PnL of the day', gain),
  'account.fees': said('fees', decimal),
  'account.drawdownPct': said('drawdown', withUnit('%', 2)),
  'account.exposurePct': said('exposure', withUnit('%', 1)),
  'count.decisions': said('decisions', whole),
  'count.proposals': said('proposals', whole),
  'count.gateVetoes': said('gate vetoes', whole),
  'count.fills': said('fills', whole),
  'count.trades': said('trades', whole),
  'count.wins': said('trades won', whole),
  'symbol.last': said('last', decimal),
  'symbol.bid': said('bid', decimal),
  'symbol.ask': said('ask', decimal),
  'symbol.spreadBps': said('spread', withUnit('bp', 2)),
  'symbol.changePct': said('change', (value) => `${signed(Number(value), 2)} %`),
  'symbol.volume': said('volume', size),
  'symbol.imbalance': said('imbalance', withSign(2)),
  'symbol.feed': said('feed', feed),
  'symbol.book': said('book', word),
  'position.quantity': said('quantity', size),
  'position.entry': said('entry', decimal),
  'position.mark': said('mark', decimal),
  'position.stop': said('stop', decimal),
  'position.target': said('target', decimal),
  'position.unrealised': said('PnL', gain),
  'position.rMultiple': said('R', withSign(2)),
  'order.state': said('state', (value) => ORDER_STATE_TEXT[value as OrderState] ?? String(value)),
  'order.filled': said('filled', size),
  'proposal.revision': said('revision', whole),
  'proposal.priceNow': said('price now', decimal),
  'suggestion.state': said('', capitals),
  'vote.score': said('score', withSign(3)),
};

/** A field of a kind of thing, such as `last` of `symbol`; what has no words here is called by its own name. */
export const wordsOf = (kind: string, field = ''): ValueWords =>
  WORDS[field === '' ? kind : `${kind}.${field}`] ?? said(field === '' ? kind : field, word);

/** A value as it is written; what is not known, or not there, shows as such. */
export const valueText = (value: unknown, { write }: Pick<ValueWords, 'write'>): string =>
  typeof value === 'number' || typeof value === 'string' ? write(value) : UNKNOWN;
