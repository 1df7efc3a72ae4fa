/** Recordings of Binance frames: `<receive time> <json>` a line, and the text of the cryptofeed recorder. */
import type { InstrumentKind } from '../../../engine/domain/index.ts';
import type { LineParser, ParserContext } from '../market-event.ts';
import { readSymbol } from '../text.ts';
import { parseTimeUs } from '../times.ts';
import { FrameReader, noReceiveTime } from './frame-reader.ts';

/** `<receive time> <json>`: combined streams, raw streams and REST depth snapshots. */
export class RawFrameParser implements LineParser {
  readonly #context: ParserContext;
  readonly #frames: FrameReader;

  constructor(context: ParserContext) {
    this.#context = context;
    this.#frames = new FrameReader(context);
  }

  line(text: string, line: number): void {
    const { handler } = this.#context;
    if (text === '') {
      handler.ignore('blank');
      return;
    }
    const space = text.indexOf(' ');
    const receivedUs = space > 0 ? parseTimeUs(text.slice(0, space)) : undefined;
    const reason =
      receivedUs === undefined
        ? noReceiveTime(text)
        : this.#frames.read(text.slice(space + 1), { line, receivedUs, market: undefined, symbol: undefined });
    if (reason !== undefined) handler.bad(line, reason);
  }

  end(): void {}
}

/** `URL <-> time`: a connection was opened · `URL <- time: text`: sent · `URL -> time: body`: an HTTP answer. */
const EXCHANGE_LINE = /^((?:wss?|https?):\/\/[^\s]{1,8192}) (<->|<-|->) (\d[\d.]{9,20})(?:: (.*))?$/s;

/** The market that a Binance host serves; undefined for hosts of others. */
export function binanceMarket(host: string): InstrumentKind | undefined {
  if (host === 'fstream.binance.com' || host === 'fapi.binance.com') return 'linear';
  if (host === 'dstream.binance.com' || host === 'dapi.binance.com') return 'inverse';
  return host === 'stream.binance.com' || host === 'api.binance.com' ? 'spot' : undefined;
}

/** Host name of an address, without its port; empty when it is none. */
export function hostOf(address: string): string {
  return /^(?:wss?|https?):\/\/([A-Za-z0-9.-]+)/.exec(address)?.[1]?.toLowerCase() ?? '';
}

/** The text of the cryptofeed recorder on Binance: `time: frame`, and lines that begin with an address. */
export class CryptofeedParser implements LineParser {
  readonly #context: ParserContext;
  readonly #frames: FrameReader;
  #market: InstrumentKind | undefined;

  constructor(context: ParserContext) {
    this.#context = context;
    this.#frames = new FrameReader(context);
  }

  line(text: string, line: number): void {
    const { handler } = this.#context;
    if (text === '') {
      handler.ignore('blank');
      return;
    }
    const reason = /^[a-z]/.test(text) ? this.#exchange(text, line) : this.#frame(text, line);
    if (reason !== undefined) handler.bad(line, reason);
  }

  end(): void {}

  #frame(text: string, line: number): string | undefined {
    const colon = text.indexOf(': ');
    const receivedUs = colon > 0 ? parseTimeUs(text.slice(0, colon)) : undefined;
    if (receivedUs === undefined) return noReceiveTime(text);
    return this.#frames.read(text.slice(colon + 2), { line, receivedUs, market: this.#market, symbol: undefined });
  }

  #exchange(text: string, line: number): string | undefined {
    const match = EXCHANGE_LINE.exec(text);
    if (!match) return noReceiveTime(text);
    const [, address = '', arrow, time = '', body = ''] = match;
    const host = hostOf(address);
    const market = binanceMarket(host);
    const receivedUs = parseTimeUs(time);
    if (market === undefined) return `${host} is no market data host of Binance`;
    if (receivedUs === undefined) return 'the time of the line is out of range';
    this.#market = market;
    if (arrow !== '->') {
      this.#context.handler.ignore(arrow === '<->' ? 'connection' : 'sent');
      return undefined;
    }
    const symbol = /\/depth\?(?:.*&)?symbol=([^&\s]+)/.exec(address)?.[1];
    if (symbol === undefined) {
      this.#context.handler.ignore('http answer');
      return undefined;
    }
    return this.#frames.read(body, { line, receivedUs, market, symbol: readSymbol(symbol) });
  }
}
