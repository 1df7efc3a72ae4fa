/**
 * Whether a run ever sells, or lets the venue sell, what it has not bought: told by the account's own events, one by one,
 * beside coins that were there before and are somebody's own.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { mustE8 } from '../../../src/exchange/model/decimal.ts';
import type { TestExchange } from '../../fixtures/exchange.ts';
import { signedParameters } from '../../fixtures/exchange-requests.ts';

/** An execution report as the venue writes it. */
interface Report {
  readonly e: string;
  /** Symbol, name of the order, and where a cancel has a name of its own: that of the order. */
  readonly s: string;
  readonly c: string;
  readonly C: string;
  readonly i: number;
  readonly S: 'BUY' | 'SELL';
  readonly x: string;
  readonly X: string;
  readonly q: string;
  readonly z: string;
  readonly l: string;
  readonly n: string;
  readonly N: string | null;
}

interface Coin {
  /** What the run has bought and not sold, fees taken off, in 10⁻⁸. */
  held: bigint;
  /** What its orders could still sell. */
  readonly selling: Map<number, bigint>;
  /** Orders to buy that it sent. */
  entries: number;
}

const WORKS = new Set(['NEW', 'PARTIALLY_FILLED']);
const sumOf = (values: Iterable<bigint>): bigint => [...values].reduce((sum, value) => sum + value, 0n);

export class OwnCoinsWatch {
  /** What was sold, or could have been, beyond what the run had; must be empty. */
  readonly breaches: string[] = [];
  readonly #socket: WebSocket;
  readonly #coins = new Map<string, Coin>();
  #isOurs: (name: string) => boolean = () => true;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open(exchange: TestExchange): Promise<OwnCoinsWatch> {
    const socket = new WebSocket(`${exchange.ws('spot')}/ws-api/v3`);
    const watch = new OwnCoinsWatch(socket);
    await once(socket, 'open');
    const params = signedParameters(exchange, {});
    socket.send(JSON.stringify({ id: 'watch', method: 'userDataStream.subscribe.signature', params }));
    await once(socket, 'message');
    socket.on('message', (data) => {
      const { event } = JSON.parse(String(data)) as { event?: Report };
      if (event?.e === 'executionReport') watch.#take(event);
    });
    return watch;
  }

  /** By the name of an order; all are until this is told. */
  set isOurs(isOurs: (name: string) => boolean) {
    this.#isOurs = isOurs;
  }

  /** What the run has of a symbol's base, in 10⁻⁸, and how often it has sent to buy it. */
  of(symbol: string): { readonly held: bigint; readonly entries: number } {
    const { held, entries } = this.#coin(symbol);
    return { held, entries };
  }

  close(): void {
    this.#socket.close();
  }

  #coin(symbol: string): Coin {
    const coin = this.#coins.get(symbol) ?? { held: 0n, selling: new Map(), entries: 0 };
    this.#coins.set(symbol, coin);
    return coin;
  }

  #take(report: Report): void {
    const { s: symbol, S: side, i: orderId, x: kind, X: status } = report;
    const name = report.C === '' ? report.c : report.C;
    const coin = this.#coin(symbol);
    const lots = kind === 'TRADE' ? mustE8(report.l, 'quantity') : 0n;
    if (!this.#isOurs(name)) {
      this.#byHand(coin, side, lots);
      return;
    }
    const fee = symbol.startsWith(report.N ?? ' ') ? mustE8(report.n, 'fee') : 0n;
    if (side === 'BUY') {
      coin.held += lots - fee;
      if (kind === 'NEW') coin.entries++;
    } else {
      coin.held -= lots;
      if (WORKS.has(status)) coin.selling.set(orderId, mustE8(report.q, 'quantity') - mustE8(report.z, 'filled'));
      else coin.selling.delete(orderId);
    }
    const selling = sumOf(coin.selling.values());
    if (selling > coin.held)
      this.breaches.push(`${kind} of ${name}: it has ${coin.held} of ${symbol} and could sell ${selling}`);
  }

  /** Somebody sells what the run holds; what an order of ours has locked cannot be meant. */
  #byHand(coin: Coin, side: 'BUY' | 'SELL', lots: bigint): void {
    if (side === 'BUY') return;
    const free = coin.held - sumOf(coin.selling.values());
    coin.held -= free < lots ? free : lots;
  }
}
