/**
 * Where the engine's order events leave for an external venue: a submit when its intent is on the disk, a cancel at
 * once. A submit that is cancelled, or whose journal fails, while it still waits has never left, and the engine is told.
 */
import type { BrokerReport } from '../../engine/domain/index.ts';
import { classOfOrder, type EffectGate } from '../host/effects.ts';
import type { OrderDesk, OrderEventOf } from './order-desk.ts';

export interface OrderOutletOptions {
  readonly gate: EffectGate;
  readonly desk: Pick<OrderDesk, 'take'>;
  /** As the desk's: also called from within {@link OrderOutlet.take}. */
  readonly report: (report: BrokerReport, instrument: number) => void;
}

export class OrderOutlet {
  readonly #options: OrderOutletOptions;
  /** Orders whose submit waits at the gate. */
  readonly #held = new Set<number>();

  constructor(options: OrderOutletOptions) {
    this.#options = options;
  }

  /** Whether the submit of an order waits here for the disk. */
  holds(orderId: number): boolean {
    return this.#held.has(orderId);
  }

  /** Takes every order event of the engine, in order. */
  take(event: OrderEventOf): void {
    const as = classOfOrder(event);
    if (as === undefined) return;
    if (event.event === 'request-cancel') {
      if (this.#held.has(event.orderId)) this.#withdraw(event);
      else this.#options.desk.take(event);
      return;
    }
    this.#held.add(event.orderId);
    const effect = {
      seq: event.seq,
      release: () => {
        if (this.#held.delete(event.orderId)) this.#options.desk.take(event);
      },
      refuse: () => this.#withdraw(event),
    };
    this.#options.gate.pass(effect, as);
  }

  #withdraw({ orderId, instrument }: OrderEventOf): void {
    if (this.#held.delete(orderId)) this.#options.report({ kind: 'rejected', orderId }, instrument);
  }
}
