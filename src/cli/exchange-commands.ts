/** `chimera exchange` as data for yargs. */
import type { Argv } from 'yargs';
import { FAULT_KINDS } from '../exchange/faults/fault-kinds.ts';
import { parseDuration } from './durations.ts';
import { common, eachOnce, type Finish, sessionName, symbolList, usage, wholeNumber } from './options.ts';

const DEFAULT_SYMBOLS = 'BTC/USDT,ETH/USDT';
const BALANCE = /^([A-Z0-9]{1,12})=(\d{1,12}(?:\.\d{1,8})?)$/;
const LONGEST_HISTORY_MS = 86_400_000;

const MARKETS = ['spot', 'usdm', 'both'] as const;
type Markets = (typeof MARKETS)[number];

/** The symbols as the market lists them: on USD-M `BTC/USDT` is `BTC/USDT:USDT`, with both markets it is listed twice. */
function symbols(text: string, market: Markets): string[] {
  const listed = symbolList(text).flatMap((name) => {
    if (name.includes(':')) return market === 'spot' ? usage(`--symbols ${name} is not listed on spot`) : [name];
    const perpetual = `${name}:${name.split('/')[1]}`;
    return market === 'spot' ? [name] : market === 'usdm' ? [perpetual] : [name, perpetual];
  });
  return eachOnce(listed);
}

function balances(texts: readonly string[]): Record<string, string> | undefined {
  if (texts.length === 0) return undefined;
  return Object.fromEntries(
    texts.map((text) => {
      const match = BALANCE.exec(text.trim());
      return match === null ? usage(`--balance ${text}: not an amount such as USDT=100000`) : [match[1]!, match[2]!];
    }),
  );
}

function history(text: string): number {
  const ms = text.trim() === '0s' ? 0 : parseDuration(text);
  if (ms === undefined || ms > LONGEST_HISTORY_MS) usage(`--history ${text}: from 0s to 24h`);
  return ms;
}

function speed(value: number): number {
  return value >= 0.01 && value <= 1_000 ? value : usage('--speed is from 0.01 to 1000');
}

/** The help is shown at most this wide. */
const HELP_COLUMNS = 80;

function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || indent.length + last.length + 1 + word.length > HELP_COLUMNS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join(`\n${indent}`);
}

const FAULT_HELP = Object.entries(FAULT_KINDS)
  .map(([kind, what]) => `  ${kind.padEnd(18)} ${wrapped(what, ' '.repeat(21))}`)
  .join('\n');

const EPILOGUE = `Clients change their URLs only.
  REST       http://127.0.0.1:PORT, with /api/v3 and /sapi/v1 (spot), /fapi/v1
             to v3 (USD-M)
  WebSocket  ws://127.0.0.1:PORT/spot and ws://127.0.0.1:PORT/usdm, followed by
             /ws/STREAM or /stream?streams=A/B; on spot /ws-api/v3, on USD-M
             /public/…, /market/… and /private/…?listenKey=KEY
  ccxt wants /stream in the URL of spot: ws://127.0.0.1:PORT/spot/stream/ws

Faults: --fault KIND,name=value,… or as JSON. Each takes path (requests such as
POST /api/v3/order, streams such as btcusdt@depth, user events such as
executionReport: a part of the name, or the whole of it with *), probability,
count, after and for (milliseconds).
${FAULT_HELP}

While it runs, with the token of the keys file in the header x-chimera-token:
  GET    /chimera/faults    what is set, and how often each has struck
  POST   /chimera/faults    a fault as JSON, or any of
                            {"clear":true,"remove":[ID],"add":[FAULT]}
  DELETE /chimera/faults    takes all back
  GET    /chimera/requests  how often each request came
  POST   /chimera/market    act, market and what belongs to it:
                            trade level liquidation (symbol side price quantity)
                            funding (symbol rate)
                            transfer (account asset amount)`;

export function addExchange(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'exchange',
    'a Binance-compatible exchange on this machine: spot and USD-M, REST and WebSocket, faults on demand',
    (y) =>
      common(y)
        .option('port', { type: 'number', default: 0, describe: 'on 127.0.0.1; 0 is any that is free, and is printed' })
        .option('market', { choices: MARKETS, default: 'both' as Markets, describe: 'what is listed' })
        .option('symbols', { type: 'string', describe: `comma-separated [default: ${DEFAULT_SYMBOLS}]` })
        .option('seed', { type: 'number', default: 1, describe: 'seed of market and faults' })
        .option('rate', { type: 'number', default: 120, describe: 'events of the crowd per second' })
        .option('history', { type: 'string', default: '1h', describe: 'how much of the past clients find, 0s to 24h' })
        .option('session', { type: 'string', describe: 'a recorded session as the market, in place of a seed' })
        .option('speed', { type: 'number', default: 1, describe: 'pace of the session' })
        .option('state', { type: 'string', describe: 'file that accounts and orders survive a restart in' })
        .option('keys', { type: 'string', describe: 'file of API keys and token, made when it is not there' })
        .option('balance', {
          type: 'string',
          array: true,
          default: [],
          describe: 'of each account, such as USDT=100000',
        })
        .option('fault', { type: 'string', array: true, default: [], describe: 'see below; may be given again' })
        .epilogue(EPILOGUE),
    async (a) => {
      const session = sessionName('session', a.session);
      if (session !== undefined && a.symbols !== undefined)
        usage('--symbols are those of the --session: leave them away');
      if (session !== undefined && a.state !== undefined) usage('--state keeps a market from a seed, not a --session');
      const { runExchange } = await import('./exchange.ts');
      finish(
        await runExchange({
          dataDir: a['data-dir'],
          json: a.json,
          port: wholeNumber('port', a.port, 0, 65_535),
          market: a.market,
          symbols: symbols(a.symbols ?? DEFAULT_SYMBOLS, a.market),
          seed: wholeNumber('seed', a.seed, 0, 0xffffffff),
          rate: wholeNumber('rate', a.rate, 1, 50_000),
          historyMs: history(a.history),
          session,
          speed: speed(a.speed),
          stateFile: a.state,
          keysFile: a.keys,
          balances: balances(a.balance),
          faults: a.fault,
        }),
      );
    },
  );
}
