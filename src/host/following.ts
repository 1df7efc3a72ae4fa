/** What follows on one decision in a stream of events, and when nothing more can. */
import type { EngineEvent, OrderState } from '../../engine/domain/index.ts';
import { decisionBehind } from '../../state/selectors.ts';
import type { DecisionEvent } from './event-ring.ts';

const ENDED: ReadonlySet<OrderState> = new Set(['filled', 'cancelled', 'rejected']);

export class Following {
  readonly decision: DecisionEvent;
  readonly #events: EngineEvent[] = [];
  readonly #liveOrders = new Set<number>();
  #waits: boolean;
  #holds = false;

  constructor(decision: DecisionEvent) {
    this.decision = decision;
    this.#waits = decision.trace.verdict === 'proposed';
  }

  /** Proposal, clearance, orders, fills and result so far, oldest first. */
  get events(): readonly EngineEvent[] {
    return this.#events;
  }

  /** True when its proposal is answered, its orders have ended and its position is closed. */
  get isOver(): boolean {
    return !this.#waits && !this.#holds && this.#liveOrders.size === 0;
  }

  /** Takes the next event of the run after the decision; one of another decision is passed over. */
  take(event: EngineEvent): void {
    if (decisionBehind(event) !== this.decision.trace.decisionId) return;
    this.#events.push(event);
    switch (event.kind) {
      case 'proposal-closed':
        this.#waits = false;
        return;
      case 'order':
        if (ENDED.has(event.to)) this.#liveOrders.delete(event.orderId);
        else this.#liveOrders.add(event.orderId);
        return;
      case 'fill':
        this.#holds = true;
        return;
      case 'position-closed':
        this.#holds = false;
        return;
    }
  }
}
