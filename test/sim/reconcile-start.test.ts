/** An account that differs at the start, in each of the ways: it is flagged, and no entry leaves until it is settled. */
import { describe, expect, it } from 'vitest';
import { MISMATCH_KINDS, type MismatchKind } from '../../src/brokers/reconcile-kinds.ts';
import { Reconciler } from '../../src/brokers/reconciler.ts';
import {
  bookDecides,
  eventsOf,
  leaningBook,
  SECOND_US,
  Session,
  START_US,
  testConfig,
} from '../fixtures/engine-session.ts';
import { agreeingPair, CHANGES, type Pair } from './reconcile-pairs.ts';
import { Chance } from './world/virtual-time.ts';

const KINDS = Object.keys(MISMATCH_KINDS) as MismatchKind[];

/** An engine that wants to buy at the close of every bar, as far as what is told of the venue lets it. */
class Buyer {
  readonly session = new Session(
    testConfig({ venue: 'external', control: 'auto', policy: bookDecides({ decision: { repeatBars: 1 } }) }),
  );
  #book = 100;

  entries(blocker: Reconciler['blocker']): number {
    const { session } = this;
    session.venue(blocker === undefined ? [] : [blocker]);
    const from = session.events.length;
    session.snapshot({ last: ++this.#book, ...leaningBook(1) });
    session.wait(1).timer();
    const events = session.events.slice(from);
    expect(eventsOf(events, 'decision'), 'it wants an order').toHaveLength(1);
    return eventsOf(events, 'order').filter((event) => event.event === 'submit' && !event.reduceOnly).length;
  }
}

describe('an account that differs at the start', () => {
  it.each(KINDS)('%s', (kind) => {
    const chance = new Chance(5);
    const pair = agreeingPair(chance);
    const { known } = pair;
    const reconciler = new Reconciler({
      startedAtUs: START_US - 60 * SECOND_US,
      everyUs: 60 * SECOND_US,
      balanceTolerance: known.balanceTolerance,
      isOfEarlierRun: known.isOfEarlierRun,
    });
    let nowUs = START_US;
    const look = ({ account, belief, known: { trading } }: Pair, ageUs = 0): void => {
      nowUs += SECOND_US;
      reconciler.ask(nowUs);
      reconciler.take({ ...account, atUs: nowUs - ageUs }, belief, trading, nowUs);
    };
    const buyer = new Buyer();
    expect(buyer.entries(reconciler.blocker), 'not compared yet').toBe(0);
    // What it lacks of executions is told by those that are known of: there is an agreement before.
    look(pair);
    expect(reconciler.outcome).toBe('agreed');
    reconciler.begin(nowUs);
    const changed = structuredClone({ ...pair, known: { ...known, isOfEarlierRun: undefined } }) as unknown as Pair;
    const spoilt: Pair = { ...changed, known: { ...known, trading: [...known.trading] } };
    CHANGES[kind](spoilt, chance);
    const ageUs = kind === 'snapshot-too-old' ? 30 * SECOND_US : 0;
    for (let i = 0; i < 3; i++) {
      look(spoilt, ageUs);
      const blocks = MISMATCH_KINDS[kind].severity === 'blocks';
      expect(buyer.entries(reconciler.blocker)).toBe(blocks ? 0 : i === 0 ? 1 : 0);
    }
    if (kind !== 'snapshot-too-old')
      expect(new Set(reconciler.mismatches.map((each) => each.kind))).toEqual(new Set([kind]));
    if (MISMATCH_KINDS[kind].severity === 'shown') return;
    expect(reconciler.blocker).toBe(kind === 'snapshot-too-old' ? 'account' : 'mismatch');
    look(pair);
    expect([reconciler.outcome, buyer.entries(reconciler.blocker)]).toEqual(['agreed', 1]);
  });
});
