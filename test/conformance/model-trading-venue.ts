/** The simulation's venue with an account around it, as a trading side. */
import { type Money, money, parseMoney } from '../../engine/domain/index.ts';
import type {
  CancelReply,
  OrderName,
  QueryReply,
  ReplaceReply,
  SubmitReply,
  VenueOrder,
} from '../../src/brokers/gateway.ts';
import type {
  AccountExecution,
  AccountReply,
  AccountSnapshot,
  TradingHealth,
  TradingVenue,
  TradingVenueEvents,
  VenueOpenOrder,
} from '../../src/brokers/trading-venue.ts';
import { NO_TIMES, type Quantiles } from '../../src/venues/latency.ts';
import type { ModelVenue } from '../sim/world/model-venue.ts';
import type { VirtualTime } from '../sim/world/virtual-time.ts';

/** Worth of a tick times a lot of the model's instruments, as 10^-16. */
const UNIT = 10n ** 12n;

export class ModelTradingVenue implements TradingVenue {
  readonly deadMan = undefined;
  readonly #model: ModelVenue;
  readonly #time: VirtualTime;
  readonly #instruments: number;
  /** The reply to the next submit does not come. */
  losesReply = false;
  #isOpen = false;

  constructor(model: ModelVenue, time: VirtualTime, instruments: number) {
    this.#model = model;
    this.#time = time;
    this.#instruments = instruments;
  }

  async open(events: TradingVenueEvents): Promise<void> {
    this.#isOpen = true;
    this.#model.onUpdate = (update) => {
      if (this.#isOpen) events.update(update);
    };
  }

  submit(order: VenueOrder, reply: (reply: SubmitReply) => void): void {
    const isLost = this.losesReply;
    this.losesReply = false;
    this.#model.submit(order, isLost ? () => {} : reply);
  }

  cancel(order: OrderName, reply: (reply: CancelReply) => void): void {
    this.#model.cancel(order, reply);
  }

  query(order: OrderName, reply: (reply: QueryReply) => void): void {
    this.#model.query(order, reply);
  }

  replace(old: OrderName, order: VenueOrder, reply: (reply: ReplaceReply) => void): void {
    const isLost = this.losesReply;
    this.losesReply = false;
    this.#model.replace(old, order, isLost ? () => {} : reply);
  }

  account(sinceUs: number, reply: (reply: AccountReply) => void): void {
    this.#time.after(5_000, () => {
      const account = this.#snapshot(sinceUs);
      this.#time.after(5_000, () => reply({ kind: 'account', account }));
    });
  }

  #snapshot(sinceUs: number): AccountSnapshot {
    const executions: AccountExecution[] = [];
    const openOrders: VenueOpenOrder[] = [];
    for (const { order, executions: made, filledLots, open } of this.#model.lives()) {
      const { instrument, clientOrderId, side, lots, reduceOnly, conditional } = order;
      for (const execution of made) {
        const atUs = this.#model.executedAtUs.get(execution.executionId)!;
        if (atUs >= sinceUs) executions.push({ ...execution, instrument, clientOrderId, atUs });
      }
      if (!open) continue;
      const venueSymbol = `MODEL${instrument}`;
      openOrders.push({ instrument, venueSymbol, clientOrderId, side, lots, filledLots, reduceOnly, conditional });
    }
    const positions = Array.from({ length: this.#instruments }, (_, instrument) => ({
      instrument,
      lots: this.#model.position(instrument),
      dust: '0',
    }));
    return {
      atUs: this.#time.nowUs,
      balances: [{ asset: 'USDT', free: this.#wallet(), locked: money(0n) }],
      positions: positions.filter((each) => each.lots !== 0),
      foreign: [],
      openOrders,
      executions: executions.sort((a, b) => a.atUs - b.atUs),
    };
  }

  /** What was realised, by mean cost, less fees: the way in which futures accounts are kept. */
  #wallet(): Money {
    const made = this.#model.lives().flatMap(({ order, executions }) => executions.map((each) => ({ order, each })));
    made.sort((a, b) => a.each.executionId - b.each.executionId);
    const held = new Map<number, { lots: number; cost: bigint }>();
    let wallet: bigint = parseMoney('10000')!;
    for (const { order, each } of made) {
      const position = held.get(order.instrument) ?? { lots: 0, cost: 0n };
      held.set(order.instrument, position);
      const closing = position.lots * each.side < 0 ? Math.min(each.lots, Math.abs(position.lots)) : 0;
      const part = closing === 0 ? 0n : (position.cost * BigInt(closing)) / BigInt(Math.abs(position.lots));
      const worth = (lots: number): bigint => BigInt(lots * each.priceTicks) * UNIT;
      wallet += BigInt(-each.side) * worth(closing) - part - each.fee;
      position.cost += BigInt(each.side) * worth(each.lots - closing) - part;
      position.lots += each.side * each.lots;
    }
    return money(wallet);
  }

  health(): TradingHealth {
    return {
      userStream: this.#isOpen,
      clock: { offsetUs: 0, uncertaintyUs: 0, rawOffsetUs: 0 },
      limitUsed: 0,
      pausedUntilUs: 0,
    };
  }

  ackLatency = (): Quantiles => NO_TIMES;

  tick(): void {}

  close(): void {
    this.#isOpen = false;
  }
}
