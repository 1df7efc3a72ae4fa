/** The checks themselves: venues that are wrong in one way each, which one of the checks at least must notice. */
import { describe, expect, it } from 'vitest';
import type { TradingVenue } from '../../src/brokers/trading-venue.ts';
import { modelRig } from './model-rig.ts';
import { TRADING_CHECKS, tradingCheck } from './trading-venue.ts';

/** What an adapter written in a hurry does, and by which check it is found out. */
const WRONG: ReadonlyArray<readonly [string, RegExp, (venue: TradingVenue) => Partial<TradingVenue>]> = [
  [
    'takes an unknown order for a cancelled one',
    /never sent/,
    (venue) => ({
      cancel: (order, reply) =>
        venue.cancel(order, (told) => reply(told.kind === 'no-order' ? { kind: 'cancelled', filledLots: 0 } : told)),
    }),
  ],
  [
    'takes an absent order for a closed one',
    /never sent/,
    (venue) => ({
      query: (order, reply) =>
        venue.query(order, (told) =>
          reply(told.kind === 'absent' ? { kind: 'closed', filledLots: 0, executions: [] } : told),
        ),
    }),
  ],
  [
    'answers twice',
    /keeps an order at work/,
    (venue) => ({
      submit: (order, reply) =>
        venue.submit(order, (told) => {
          reply(told);
          reply(told);
        }),
    }),
  ],
  [
    'sends a submit again that got no answer',
    /without a reply/,
    (venue) => ({
      submit(order, reply) {
        let isAnswered = false;
        const once = (told: Parameters<typeof reply>[0]): void => {
          isAnswered = true;
          reply(told);
        };
        venue.submit(order, once);
        venue.query(order, () => {
          if (!isAnswered) venue.submit(order, once);
        });
      },
    }),
  ],
  [
    'replaces an order by one request after the other, whatever comes of the first',
    /not there any more/,
    (venue) => ({
      replace: (old, order, reply) =>
        venue.cancel(old, (cancelled) => {
          if (cancelled.kind === 'busy') return;
          venue.submit(order, (submitted) => reply({ cancelled, submitted }));
        }),
    }),
  ],
  [
    'sends a replacement again that got no answer',
    /in the place of another without a reply/,
    (venue) => ({
      replace(old, order, reply) {
        venue.replace!(old, order, reply);
        venue.query(order, () => venue.replace!(old, order, reply));
      },
    }),
  ],
  [
    'takes a venue that is busy for one that refuses',
    /busy/,
    (venue) => ({
      submit: (order, reply) =>
        venue.submit(order, (told) => reply(told.kind === 'busy' ? { kind: 'rejected' } : told)),
    }),
  ],
  [
    'forgets executions of an order',
    /executions of an order/,
    (venue) => ({
      query: (order, reply) =>
        venue.query(order, (told) =>
          reply('executions' in told ? { ...told, executions: told.executions.slice(1) } : told),
        ),
    }),
  ],
  ...(
    [
      ['leaves orders out of the account', /at work/, { openOrders: [] }],
      ['leaves executions out of the account', /executions/, { executions: [] }],
      ['leaves positions out of the account', /sum of its executions|books/, { positions: [] }],
    ] as const
  ).map(
    ([name, check, missing]) =>
      [
        name,
        check,
        (venue: TradingVenue): Partial<TradingVenue> => ({
          account: (sinceUs, reply) =>
            venue.account(sinceUs, (told) =>
              reply(told.kind === 'account' ? { kind: 'account', account: { ...told.account, ...missing } } : told),
            ),
        }),
      ] as const,
  ),
  [
    'gives all executions whatever is asked for',
    /those that are asked for/,
    (venue) => ({ account: (_sinceUs, reply) => venue.account(0, reply) }),
  ],
  ['goes on to speak when it is closed', /silent/, () => ({ close: () => {} })],
];

describe('venues that are wrong', () => {
  it.each(WRONG)('are found out: one that %s', async (_name, found, spoil) => {
    const names = Object.keys(TRADING_CHECKS).filter((name) => found.test(name));
    const outcomes = await Promise.allSettled(
      names.map((name) =>
        tradingCheck(name, async () => {
          const rig = await modelRig();
          const { venue } = rig;
          const whole: TradingVenue = {
            deadMan: undefined,
            open: (events) => venue.open(events),
            submit: (order, reply) => venue.submit(order, reply),
            cancel: (order, reply) => venue.cancel(order, reply),
            query: (order, reply) => venue.query(order, reply),
            replace: (old, order, reply) => venue.replace!(old, order, reply),
            account: (sinceUs, reply) => venue.account(sinceUs, reply),
            health: () => venue.health(),
            ackLatency: () => venue.ackLatency(),
            tick: () => venue.tick(),
            close: () => venue.close(),
          };
          return { ...rig, venue: { ...whole, ...spoil(venue) } };
        }),
      ),
    );
    expect(outcomes.some((each) => each.status === 'rejected')).toBe(true);
  });
});
