/** Tells from its first lines how a file is laid out, or refuses it with what was seen. */
import { findBarOrder } from './bar-order.ts';
import { readFlag, splitFields } from './csv.ts';
import { findBarColumns } from './formats/bars.ts';
import { binanceMarket, hostOf } from './formats/frames.ts';
import { detectReadings } from './formats/readings.ts';
import { SPOT_NOTE } from './formats/trades.ts';
import { ImportError } from './import-error.ts';
import type { FileLayout } from './market-event.ts';
import { quote } from './text.ts';
import type { FormatName } from './types.ts';

/** The first lines of a file. The last one may be cut off. */
export interface FileHead {
  readonly name: string;
  readonly text: string;
  readonly cutOff: boolean;
}

export interface Detection {
  readonly format: FormatName;
  readonly layout: FileLayout;
}

const NO_HEADER: FileLayout = { columns: [], headerLine: 0, barOrder: 'open-high-low-close', notes: [] };

/** Layouts with a header: the columns that make them, exactly as written. The first that fits is taken. */
const HEADERS: ReadonlyArray<readonly [FormatName, readonly string[]]> = [
  ['tardis-trades', ['exchange', 'symbol', 'timestamp', 'local_timestamp', 'id', 'side', 'price', 'amount']],
  ['tardis-quotes', ['exchange', 'symbol', 'timestamp', 'local_timestamp', 'ask_price', 'bid_price', 'bid_amount']],
  ['unfazed-trades', ['TimestampOfReceive', 'Stream', 'EventType', 'TradeId', 'Price', 'IsBuyerMarketMaker']],
  ['unfazed-depth', ['TimestampOfReceive', 'Stream', 'EventType', 'FirstUpdateId', 'FinalUpdateId', 'IsAsk']],
  ['unfazed-snapshots', ['TimestampOfReceive', 'TimestampOfRequest', 'LastUpdateId', 'IsAsk', 'Price', 'Quantity']],
  [
    'binance-depth',
    ['symbol', 'timestamp', 'first_update_id', 'last_update_id', 'side', 'update_type', 'price', 'qty'],
  ],
  ['nautilus-trades', ['timestamp', 'trade_id', 'price', 'quantity', 'buyer_maker']],
  ['nautilus-quotes', ['timestamp', 'symbol', 'ask_size', 'ask', 'bid_size', 'bid']],
  ['freqtrade-trades', ['timestamp', 'id', 'type', 'side', 'price', 'amount', 'cost']],
  ['binance-aggtrades', ['a', 'p', 'q', 'f', 'l', 'T', 'm']],
  ['binance-aggtrades', ['agg_trade_id', 'price', 'quantity', 'transact_time', 'is_buyer_maker']],
  ['binance-trades', ['id', 'price', 'qty', 'time', 'is_buyer_maker']],
  ['octobot-bars', ['symbol', 'time_frame', 'open', 'high', 'low', 'close', 'volume']],
];

/** Layouts that are known and not read, by a column that only they have. */
const REFUSED_COLUMNS: ReadonlyArray<readonly [string, string]> = [
  ['asks[0].price', 'tardis book_snapshot files'],
  ['is_snapshot', 'tardis incremental_book_L2 files'],
];

/** Finds the layout; with `forced` only its header is looked for. */
export function detectFormat(head: FileHead, forced: FormatName | undefined): Detection {
  const lines = head.text.split(/\r?\n/);
  if (head.cutOff && lines.length > 1) lines.pop();
  if (lines[0]?.startsWith('\u00ef\u00bb\u00bf') === true) lines[0] = lines[0].slice(3);
  const at = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#'));
  const first = lines[at] ?? '';
  const detected = detectText(head, lines, first, at) ?? detectRows(head, lines, first, at);
  if (forced === undefined) {
    if (detected === undefined) refuse(head, at, `no known format begins with ${quote(first, 60)}`);
    return detected;
  }
  return detected?.format === forced ? detected : forcedLayout(head, lines, at, forced);
}

function refuse(head: FileHead, at: number, reason: string): never {
  throw new ImportError(head.name, at < 0 ? undefined : at + 1, reason);
}

function refuseVenue(head: FileHead, at: number, what: string): never {
  refuse(head, at, `looks like ${what}, which this version does not read`);
}

/** Frames and JSON. */
function detectText(head: FileHead, lines: readonly string[], first: string, at: number): Detection | undefined {
  if (/^\s*\[\s*\[/.test(head.text)) return { format: 'bars-json', layout: NO_HEADER };
  if (/^(?:wss?|https?):\/\/\S+ (?:<->|<-|->) \d/.test(first)) {
    const host = hostOf(first);
    if (binanceMarket(host) === undefined) refuseVenue(head, at, `a recording of ${host}`);
    return { format: 'cryptofeed-binance', layout: NO_HEADER };
  }
  if (/^\d{10}\.\d+: [{[]/.test(first)) return { format: 'cryptofeed-binance', layout: NO_HEADER };
  if (/^\d{10,19}(?:\.\d+)? [{[]/.test(first)) {
    if (lines.some((line) => /"channel" ?:/.test(line))) refuseVenue(head, at, 'a recording of hyperliquid');
    if (lines.some((line) => /"(?:jsonrpc|product_id)" ?:/.test(line)))
      refuseVenue(head, at, 'a recording of another venue');
    return { format: 'binance-frames', layout: NO_HEADER };
  }
  if (/^\s*\{/.test(first))
    refuse(head, at, 'JSON without receive times: no recording, nothing can be replayed from it');
  return undefined;
}

/** Rows of values, with or without a header. */
function detectRows(head: FileHead, lines: readonly string[], first: string, at: number): Detection | undefined {
  const headerAt = /^https?:\/\/\S+$/.test(first.trim()) ? at + 1 : at;
  const columns = splitFields(lines[headerAt] ?? '').map((name) => name.trim());
  const readings = detectReadings(head.name, lines[headerAt] ?? '', columns);
  if (readings !== undefined) {
    const { format, hasHeader } = readings;
    return { format, layout: hasHeader ? { ...NO_HEADER, columns, headerLine: headerAt + 1 } : NO_HEADER };
  }
  if (columns.length < 5) return undefined;
  const layout = { ...NO_HEADER, columns, headerLine: headerAt + 1 };
  const refused = REFUSED_COLUMNS.find(([column]) => columns.includes(column));
  if (refused) refuseVenue(head, headerAt, refused[1]);
  for (const [format, needed] of HEADERS) {
    if (needed.every((column) => columns.includes(column))) return { format, layout };
  }
  if (
    columns.some((c) => /^recv_(?:ns|us|ms)$/.test(c)) &&
    ['E', 'T', 's', 't', 'p', 'q', 'm'].every((c) => columns.includes(c))
  ) {
    return { format: 'trade-events', layout };
  }
  if (findBarColumns(columns) !== undefined) return { format: 'bars', layout };
  if (!/^\d/.test(columns[0] ?? ''))
    refuse(head, headerAt, `no known format has the columns ${quote(columns.join(), 80)}`);
  return detectHeaderless(head, lines.slice(at), columns, at);
}

function detectHeaderless(
  head: FileHead,
  rows: readonly string[],
  fields: readonly string[],
  at: number,
): Detection | undefined {
  let flags = 0;
  while (readFlag(fields.at(-1 - flags) ?? '') !== undefined && /[a-z]/i.test(fields.at(-1 - flags) ?? '')) flags++;
  const spot = { ...NO_HEADER, notes: [SPOT_NOTE] };
  if (flags > 0) {
    const numbers = fields.length - flags;
    if (numbers === 5) return { format: 'binance-trades', layout: flags === 2 ? spot : NO_HEADER };
    if (numbers === 6) return { format: 'binance-aggtrades', layout: flags === 2 ? spot : NO_HEADER };
    return undefined;
  }
  const sinceMidnight = /^\d{1,8}$/.test(fields[0] ?? '');
  if (sinceMidnight && fields.length === 11) refuseVenue(head, at, 'LEAN quote bars (bid and ask, no trades)');
  if (sinceMidnight && fields.length === 6) return { format: 'lean-bars', layout: NO_HEADER };
  if (fields.length === 12) return { format: 'klines-headerless', layout: NO_HEADER };
  if (fields.length !== 6) return undefined;
  const found = findBarOrder(rows.filter((row) => row !== ''));
  if (found === undefined) refuse(head, at, 'the rows are bars under no known order of their columns');
  return { format: 'bars-headerless', layout: { ...NO_HEADER, barOrder: found.order, notes: [found.note] } };
}

/** The layout of a forced format: a header where it needs one. */
function forcedLayout(head: FileHead, lines: readonly string[], at: number, forced: FormatName): Detection {
  const needed = HEADERS.filter(([format]) => format === forced).map(([, columns]) => columns);
  const withoutHeader = forced === 'binance-trades' || forced === 'binance-aggtrades';
  const named = ['bars', 'trade-events', 'funding-rates', 'fear-greed'];
  if (named.includes(forced) || (needed.length > 0 && !withoutHeader)) {
    refuse(head, at, `has no header of the format ${forced}: ${quote(lines[at] ?? '', 60)}`);
  }
  return { format: forced, layout: NO_HEADER };
}
