/**
 * The engine trading a synthetic market at the model of the exchange, through desk and adapter, while fills come twice,
 * late and out of order, or not at all: its positions are the venue's, lot by lot.
 */
import { isFields } from '../../../src/brokers/binance/json.ts';
import { Credentials } from '../../../src/brokers/credentials.ts';
import type { VenueGateway } from '../../../src/brokers/gateway.ts';
import { openTrading } from '../../../src/brokers/open-trading.ts';
import type { TradingVenue } from '../../../src/brokers/trading-venue.ts';
import { Exchange } from '../../../src/exchange/model/exchange.ts';
import type { Figures } from '../../soak/check.ts';
import { PlainHost } from '../world/hosts.ts';
import { NO_FAULTS } from '../world/model-venue.ts';
import { TradingWorld } from '../world/trading-world.ts';
import { Chance } from '../world/virtual-time.ts';
import { KEY, SECRET } from './broker-world.ts';
import { bound } from './faults.ts';
import { listedFreely } from './listing.ts';
import { ModelWire } from './model-wire.ts';

const SECOND_US = 1_000_000;
const TRADING_US = 60 * SECOND_US;
/** Lots at the touch: small, so that an order is filled in parts. */
const TOUCH_LOTS = 3;
const DEEP_LOTS = 100_000;

/** What the exchange itself has filled, by symbol. */
class Truth {
  readonly lots = new Map<string, number>();
  fills = 0;

  take(payload: Readonly<Record<string, unknown>>, lotsOf: (symbol: string, quantity: string) => number): void {
    const order = isFields(payload.o) ? payload.o : {};
    if (payload.e !== 'ORDER_TRADE_UPDATE' || order.x !== 'TRADE') return;
    const symbol = String(order.s);
    const lots = lotsOf(symbol, String(order.l)) * (order.S === 'BUY' ? 1 : -1);
    this.lots.set(symbol, (this.lots.get(symbol) ?? 0) + lots);
    this.fills++;
  }
}

/** Frames of fills that were delivered, each copy counted. */
export async function fills(
  seed: number,
  wrap: (venue: TradingVenue) => VenueGateway = (venue) => venue,
): Promise<Figures> {
  const world = new TradingWorld(seed, NO_FAULTS);
  const chance = new Chance(seed ^ 0xf111);
  const specs = world.market.instruments;
  const truth = new Truth();
  const lotsOf = (symbol: string, quantity: string): number => {
    const lot = Number(specs.find((each) => each.venueSymbol === symbol)?.lotSize);
    return Math.round(Number(quantity) / lot);
  };
  const model = new Exchange({
    market: 'usdm',
    instruments: specs.map(({ venueSymbol, base, quote, tickSize, lotSize }) => ({
      symbol: venueSymbol,
      base,
      quote,
      tickSize,
      lotSize,
      minNotional: '0.0001',
      maxQuantity: '9000000',
      percentUp: '2',
      percentDown: '0.5',
    })),
    accounts: [{ id: 'a', apiKey: KEY, secret: SECRET, balances: { USDT: '10000000' } }],
    nowMs: Math.floor(world.time.nowUs / 1000),
    seed,
    limits: { weightPerMinute: 100_000, ordersPer10s: 10_000, ordersPerMinute: 100_000 },
    events: {
      userEvent: (_id, payload) => {
        truth.take(payload, lotsOf);
        wire.tell(payload);
      },
    },
  });
  const wire = new ModelWire(model, world.time, chance);
  let copies = 0;
  wire.onFrame = (text) => {
    const isFill = text.includes('"x":"TRADE"');
    const count = chance.is(0.1) ? 0 : chance.between(1, 5);
    if (isFill) copies += count;
    return Array.from({ length: count }, () =>
      chance.is(0.5) ? wire.travelUs() : chance.between(20_000, 3 * SECOND_US),
    );
  };
  const trading = openTrading({
    venue: 'binanceusdm',
    url: 'http://127.0.0.1:1',
    instruments: specs.map(listedFreely),
    credentials: new Credentials(KEY, SECRET),
    schedule: {
      nowUs: () => world.time.nowUs,
      after: (delayUs, task) => {
        world.time.after(delayUs, task);
        return () => {};
      },
    },
    accountCurrency: 'USDT',
    wire,
    wallUs: () => world.time.nowUs,
    random: () => 0.5,
  });
  let doubts = 0;
  world.venue.setTouch = (index, bid, ask) => crowd(model, specs[index]!.venueSymbol, bid, ask, wire.venueMs);
  world.venue.position = (index) => truth.lots.get(specs[index]!.venueSymbol) ?? 0;
  for (const { venueSymbol } of specs) crowd(model, venueSymbol, 100_000, 100_010, wire.venueMs);
  let isOpen = false;
  const opened = trading.open({
    update: (update) => world.venue.onUpdate(update),
    doubt: () => void doubts++,
    notice: () => {},
  });
  void opened.then(() => {
    isOpen = true;
  });
  const tick = (): void => {
    trading.tick();
    world.time.after(100_000, tick);
  };
  tick();
  for (let i = 0; !isOpen && i < 10_000; i++) {
    await new Promise((resolve) => void setImmediate(resolve));
    if (wire.sent.length > 0) world.time.step();
  }
  await opened;
  const host = new PlainHost(world, seed, () => wrap(trading));
  world.host = host;
  let compared = 0;
  /** Where nothing is under way the two must be equal. */
  const compare = (): void => {
    if (host.open > 0) return;
    const { instruments, positions } = host.state;
    for (const { index, symbol } of instruments) {
      const [ours, theirs] = [positions.lots[index]!, world.venue.position(index)];
      if (ours !== theirs) throw new Error(`${symbol}: the venue says ${theirs} lots, we hold ${ours}`);
      if (ours !== 0) compared++;
    }
  };
  const untilUs = world.time.nowUs + TRADING_US;
  while (world.time.nowUs < untilUs) {
    await world.run(world.time.nowUs + 100_000);
    compare();
  }
  await world.settle();
  if (world.breaches.length > 0) throw new Error(world.breaches.join('; '));
  return { fills: truth.fills, copies, compared, doubts };
}

/** The crowd's book around the touch of the synthetic market: few lots there, many behind. */
function crowd(model: Exchange, symbol: string, bid: number, ask: number, atMs: number): void {
  if (bid <= 1 || ask <= bid) return;
  model.clearMarket(symbol, atMs);
  model.marketLevels(
    symbol,
    [
      { side: 'bid', priceTicks: bid, lots: TOUCH_LOTS },
      { side: 'bid', priceTicks: bid - 1, lots: DEEP_LOTS },
      { side: 'ask', priceTicks: ask, lots: TOUCH_LOTS },
      { side: 'ask', priceTicks: ask + 1, lots: DEEP_LOTS },
    ],
    atMs,
  );
}

/** Gives the executions that it asks for other numbers than the stream has: each would count twice. */
export const numbersAnew = (venue: VenueGateway): VenueGateway => ({
  ...bound(venue),
  query: (order, reply) =>
    venue.query(order, (told) => {
      if (!('executions' in told)) return reply(told);
      const executions = told.executions.map((each) => ({ ...each, executionId: each.executionId + 1_000_000 }));
      reply({ ...told, executions });
    }),
});
