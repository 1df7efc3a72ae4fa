/** The kill at an external venue that is well, away, busy or late: small counts of what the soak runs long. */
import { expect, it } from 'vitest';
import type { CancelReply } from '../../src/brokers/gateway.ts';
import type { Wrap } from './world/hosts.ts';
import { checkKills } from './world/kill-at-venue.ts';

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);

it('cancels at once, has nothing open within 5 s, and calls nothing confirmed that is not', async () => {
  const figures = await checkKills(SEEDS);
  for (const name of ['kills', 'entriesOpen', 'unconfirmed', 'acceptedAfter']) {
    expect(Number(figures[name]), name).toBeGreaterThan(5);
  }
});

/** Adapters that each fail a kill in their own way. */
const CARELESS: Readonly<Record<string, Wrap>> = {
  'asks for a cancel only once': (venue) => {
    const asked = new Set<string>();
    return {
      submit: (order, reply) => venue.submit(order, reply),
      query: (order, reply) => venue.query(order, reply),
      cancel: (order, reply) => {
        if (!asked.has(order.clientOrderId)) venue.cancel(order, reply);
        asked.add(order.clientOrderId);
      },
    };
  },
  'takes a refused cancel for a done one': (venue) => ({
    submit: (order, reply) => venue.submit(order, reply),
    query: (order, reply) => venue.query(order, reply),
    cancel: (order, reply) => {
      const done: CancelReply = { kind: 'cancelled', filledLots: 0 };
      venue.cancel(order, (told) => reply(told.kind === 'cancelled' ? told : done));
    },
  }),
};

it.each(Object.keys(CARELESS))('an adapter that %s is noticed', async (name) => {
  await expect(checkKills(SEEDS, CARELESS[name])).rejects.toThrow('repeat it: npm run soak -- --only kill-at-venue');
});
