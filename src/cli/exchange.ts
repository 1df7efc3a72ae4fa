/** `chimera exchange`: runs a Binance-compatible exchange on loopback until it is told to end. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '../clock.ts';
import { type FaultSpec, parseFault } from '../exchange/faults/fault-spec.ts';
import { hasMarket, SessionSource } from '../exchange/market/session-source.ts';
import type { MarketSource } from '../exchange/market/source.ts';
import { SyntheticSource } from '../exchange/market/synthetic-source.ts';
import type { ExchangeMarket } from '../exchange/model/port.ts';
import { Exchange } from '../exchange/server/exchange.ts';
import { type ExchangeKeys, keysAt } from '../exchange/server/keys-file.ts';
import { type ExchangeState, readState, writeState } from '../exchange/server/state-file.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { takeLock } from '../file-lock.ts';
import { printJson, printSummary, tell } from './output.ts';
import { openSession, sessionDirectory } from './session-files.ts';
import { StateSaver } from './state-saver.ts';

export interface ExchangeArguments {
  readonly dataDir: string;
  readonly json: boolean;
  readonly port: number;
  readonly market: ExchangeMarket | 'both';
  /** Unified: `BTC/USDT` is spot, `BTC/USDT:USDT` USD-M. */
  readonly symbols: readonly string[];
  readonly seed: number;
  readonly rate: number;
  readonly historyMs: number;
  readonly session: string | undefined;
  readonly speed: number;
  readonly stateFile: string | undefined;
  readonly keysFile: string | undefined;
  readonly balances: Readonly<Record<string, string>> | undefined;
  /** As they were written. */
  readonly faults: readonly string[];
}

/** A market that began longer ago than this is not run through again: it begins anew. */
const LONGEST_AWAY_US = 86_400_000_000;

export async function runExchange(args: ExchangeArguments): Promise<ExitCode> {
  const clock = systemClock();
  const faults = args.faults.map(faultOf);
  const keysFile = resolve(args.keysFile ?? join(args.dataDir, 'exchange-keys.json'));
  mkdirSync(args.keysFile === undefined ? args.dataDir : '.', { recursive: true, mode: 0o700 });
  const keys = inWords(() => keysAt(keysFile));
  const stateFile = args.stateFile === undefined ? undefined : resolve(args.stateFile);
  const lock = stateFile === undefined ? undefined : takeLock(`${stateFile}.lock`, new Date().toISOString());
  if (stateFile !== undefined && lock === undefined)
    throw new CommandError(EXIT.refused, `${stateFile} is in use by another exchange`);
  try {
    return await runOn(args, { keys, keysFile, stateFile, faults, nowUs: () => clock.nowUs() });
  } finally {
    lock?.release();
  }
}

interface Prepared {
  readonly keys: ExchangeKeys;
  readonly keysFile: string;
  readonly stateFile: string | undefined;
  readonly faults: readonly FaultSpec[];
  readonly nowUs: () => number;
}

async function runOn(args: ExchangeArguments, prepared: Prepared): Promise<ExitCode> {
  const { keys, keysFile, stateFile, faults, nowUs } = prepared;
  const saved = stateFile === undefined ? undefined : inWords(() => readState(stateFile));
  if (saved !== undefined) refuseOther(saved, args, stateFile!);
  const startUs = startOf(saved, args, nowUs());
  const source = sourceOf(args, startUs);
  const listed = new Set(source.instruments.map(({ market }) => market));
  const markets = (['spot', 'usdm'] as const).filter(
    (market) => listed.has(market) && (args.market === 'both' || args.market === market),
  );
  if (markets.length === 0) throw new CommandError(EXIT.badInput, `there is nothing to list on ${args.market}`);
  const saver = stateFile === undefined ? undefined : new StateSaver(() => save(stateFile), tell);
  const exchange = inWords(
    () =>
      new Exchange({
        ...{ port: args.port, markets, source, moves: true, keys, seed: args.seed, nowUs, faults },
        ...(args.balances && { balances: { spot: args.balances, usdm: args.balances } }),
        ...(saved && { saved: definedOf(saved.models) }),
        changed: () => saver?.changed(),
      }),
    stateFile,
  );
  const save = (path: string): void => {
    const { seed, symbols, rate } = args;
    const run = { seed, symbols: [...symbols], ratePerSecond: rate, startUs };
    writeState(path, { ...run, models: exchange.save() });
  };
  await exchange.listen().catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be used: ${cause.message}`;
    throw new CommandError(EXIT.refused, `port ${args.port} ${why}`);
  });
  saver?.start();
  announce(args, exchange, markets, source, keysFile);
  const reason = await ending();
  await exchange.close();
  saver?.end();
  tell(`the exchange ends: ${reason}`);
  return EXIT.done;
}

function faultOf(text: string): FaultSpec {
  const fault = parseFault(text);
  if (typeof fault === 'string') throw new CommandError(EXIT.usage, `--fault ${text}: ${fault}`);
  return fault;
}

/** Whatever a file says that is no good is bad input, in one line; `path` where the reason does not name it. */
function inWords<T>(read: () => T, path?: string): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof CommandError || !(cause instanceof Error)) throw cause;
    throw new CommandError(EXIT.badInput, path === undefined ? cause.message : `${path}: ${cause.message}`);
  }
}

function refuseOther({ seed, symbols, ratePerSecond }: ExchangeState, args: ExchangeArguments, path: string): void {
  if (seed !== args.seed || ratePerSecond !== args.rate || symbols.join() !== args.symbols.join())
    throw new CommandError(
      EXIT.badInput,
      `${path} is of an exchange with --seed ${seed} --rate ${ratePerSecond} and other or the same --symbols: ${symbols.join(',')}`,
    );
}

/** A market that goes on keeps its beginning, so that its prices go on as well. */
function startOf(saved: ExchangeState | undefined, { historyMs }: ExchangeArguments, nowUs: number): number {
  if (saved !== undefined && nowUs - saved.startUs < LONGEST_AWAY_US) return saved.startUs;
  if (saved !== undefined) tell('the market began more than 24 hours ago: it begins anew, at other prices');
  return nowUs - historyMs * 1_000;
}

function sourceOf({ session, dataDir, speed, seed, symbols, rate }: ExchangeArguments, startUs: number): MarketSource {
  if (session === undefined) return new SyntheticSource({ seed, startUs, symbols, ratePerSecond: rate });
  const { source: inputs, manifest } = openSession(sessionDirectory(dataDir, session));
  if (!hasMarket(inputs))
    throw new CommandError(
      EXIT.badInput,
      `session ${session} has neither trades nor books: no market can be made of it`,
    );
  return new SessionSource({ inputs, instruments: manifest.instruments, startUs, speed });
}

function definedOf(models: ExchangeState['models']): Partial<Record<ExchangeMarket, string>> {
  const { spot, usdm } = models;
  return { ...(spot !== undefined && { spot }), ...(usdm !== undefined && { usdm }) };
}

function announce(
  { json }: ExchangeArguments,
  exchange: Exchange,
  markets: readonly ExchangeMarket[],
  source: MarketSource,
  keysFile: string,
): void {
  const symbols = (market: ExchangeMarket): string[] =>
    source.instruments.filter((one) => one.market === market).map((one) => one.instrument.symbol);
  const { url, wsUrl, port } = exchange;
  if (json) {
    const lists = Object.fromEntries(markets.map((market) => [market, symbols(market)]));
    printJson({ url, wsUrl, port, pid: process.pid, keysFile, symbols: lists });
    return;
  }
  printSummary('exchange is open', {
    rest: url,
    ...Object.fromEntries(markets.map((market) => [`${market} streams`, `${wsUrl}/${market}`])),
    ...Object.fromEntries(markets.map((market) => [market, symbols(market).join(' ')])),
    keys: keysFile,
    end: 'Ctrl-C',
  });
}

function ending(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)
      process.once(signal, () => resolve(signal));
  });
}
