/** What a bad line does to orders at the adapter, as functions of seeds, for the tests and for the soak. */
import { inspect } from 'node:util';
import type { CancelReply, QueryReply, VenueGateway } from '../../../src/brokers/gateway.ts';
import type { ExchangeReply } from '../../../src/exchange/model/port.ts';
import type { Figures } from '../../soak/check.ts';
import { BrokerWorld, KEY, MID_TICKS, SECRET, type WorldOptions } from './broker-world.ts';
import type { RequestFault } from './model-wire.ts';

/** What is planted between desk and adapter, so that a check can be seen to notice. */
export type Plant = WorldOptions['wrap'];

const SECOND_US = 1_000_000;
/** The desk looks ten times a second. */
const LOOK_US = 150_000;
const ORDER_PATHS = ['/api/v3/order', '/fapi/v1/order', '/fapi/v1/algoOrder'];

const json = (status: number, code: number, msg: string): ExchangeReply => ({
  status,
  headers: {},
  body: JSON.stringify({ code, msg }),
});
const page = (status: number): ExchangeReply => ({ status, headers: {}, body: `<html>${status}</html>` });

/** Ways in which an order gets no clear answer, each whether it was done or not. */
export const NO_ANSWER: ReadonlyArray<(done: boolean) => RequestFault> = [
  (done) => ({ kind: 'no-reply', done }),
  (done) => ({ kind: 'reset', done }),
  (done) => ({ kind: 'reply', done, reply: json(400, -1006, 'Unexpected response. Execution status unknown.') }),
  (done) => ({
    kind: 'reply',
    done,
    reply: json(408, -1007, 'Timeout. Send status unknown; execution status unknown.'),
  }),
  (done) => ({
    kind: 'reply',
    done,
    reply: json(503, -1000, 'Unknown error, please check your request or try again later.'),
  }),
  (done) => ({ kind: 'reply', done, reply: page(502) }),
  (done) => ({ kind: 'reply', done, reply: page(504) }),
  (done) => ({ kind: 'reply', done, reply: { status: 200, headers: {}, body: '{"orderId":' } }),
];

const isSubmit = (method: string, path: string): boolean => method === 'POST' && ORDER_PATHS.includes(path);

async function worldOf(seed: number, wrap: Plant, more: Partial<WorldOptions> = {}): Promise<BrokerWorld> {
  const market = seed % 2 === 0 ? 'spot' : 'usdm';
  return BrokerWorld.open({ seed, market, ...(wrap !== undefined && { wrap }), ...more });
}

export function bound(venue: VenueGateway): VenueGateway {
  return {
    submit: (order, reply) => venue.submit(order, reply),
    cancel: (order, reply) => venue.cancel(order, reply),
    query: (order, reply) => venue.query(order, reply),
    replace: venue.replace,
  };
}

const must = (holds: boolean, text: string): void => {
  if (!holds) throw new Error(text);
};

/** An order that was taken, or not, and no clear answer: sent once, told as lost within a second, known within 30 s. */
export async function lostReply(seed: number, wrap?: Plant): Promise<Figures> {
  const world = await worldOf(seed, wrap);
  const { chance, wire } = world;
  const done = chance.is(0.7);
  const fault = NO_ANSWER[seed % NO_ANSWER.length]!(done);
  // Half of the streams tell nothing of it: then only asking helps.
  wire.isMute = chance.is(0.5);
  let faults = 1;
  wire.onRequest = ({ method, path }) => (isSubmit(method, path) && faults-- > 0 ? fault : undefined);
  const side = chance.is(0.5) ? 1 : -1;
  const isTaker = chance.is(0.5);
  const limitTicks = MID_TICKS + side * (isTaker ? 3 : -400);
  const sentUs = world.time.nowUs;
  const orderId = world.submit({ side, lots: 10, limitTicks });
  world.run(SECOND_US + LOOK_US);
  const first = world.reportsOf(orderId)[0];
  must(first !== undefined, 'a second after it was sent nobody knows of it');
  must(first!.report.kind !== 'rejected', 'it counts as refused, and nobody knows that it was');
  world.run(29 * SECOND_US - LOOK_US);
  const after = world.reportsOf(orderId);
  if (done)
    must(
      after.some(({ report }) => report.kind === 'accepted'),
      'after 30 s it is not known that it works',
    );
  if (done && isTaker) must(world.heldLots === side * 10, `its fills are not known: ${world.heldLots}`);
  must(done || !after.some(({ report }) => report.kind === 'accepted'), 'it was never taken, and counts as accepted');
  if (!done) {
    world.run(90 * SECOND_US);
    must(
      world.reportsOf(orderId).some(({ report }) => report.kind === 'rejected'),
      'it is never over',
    );
  }
  const posts = wire.sent.filter(({ method, path }) => isSubmit(method, path)).length;
  must(posts === 1, `one intent was sent ${posts} times`);
  const lost = after.find(({ report }) => report.kind === 'lost');
  const lateUs = lost === undefined ? 0 : lost.atUs - sentUs;
  must(lateUs <= SECOND_US + LOOK_US, `told as lost only after ${lateUs} µs`);
  return { intents: 1, posts, done: Number(done), lost: Number(lost !== undefined) };
}

/** The venue denies an order for ten seconds, or is away for a minute: it is not dropped, and counts as failed for nobody. */
export async function denied(seed: number, wrap?: Plant): Promise<Figures> {
  const world = await worldOf(seed, wrap);
  const { chance, wire, time } = world;
  const isOutage = chance.is(0.5);
  const fromUs = time.nowUs + (chance.is(0.5) ? 0 : chance.between(0, 2 * SECOND_US));
  const untilUs = fromUs + (isOutage ? 60 : 10) * SECOND_US;
  const during = (): boolean => time.nowUs >= fromUs && time.nowUs < untilUs;
  let submits = 0;
  wire.onRequest = ({ method, path }) => {
    if (isSubmit(method, path)) return submits++ === 0 ? { kind: 'no-reply', done: true } : undefined;
    if (!during()) return undefined;
    if (isOutage) return chance.is(0.5) ? { kind: 'no-reply', done: false } : { kind: 'reset', done: false };
    if (method === 'GET' && ORDER_PATHS.includes(path))
      return { kind: 'reply', done: false, reply: json(400, -2013, 'Order does not exist.') };
    return undefined;
  };
  wire.isMute = true;
  if (isOutage) {
    time.at(fromUs, () => {
      wire.refusesSockets = true;
      wire.cut();
    });
    time.at(untilUs, () => {
      wire.refusesSockets = false;
      wire.isMute = false;
    });
  }
  const isTaker = chance.is(0.5);
  const orderId = world.submit({ side: 1, lots: 7, limitTicks: MID_TICKS + (isTaker ? 3 : -400) });
  world.run(untilUs - time.nowUs + 30 * SECOND_US);
  const kinds = world.reportsOf(orderId).map(({ report }) => report.kind);
  must(!kinds.includes('rejected'), 'it works at the venue, and counts as refused');
  must(kinds.includes('accepted'), 'it works at the venue, and nobody knows');
  if (isTaker) must(world.heldLots === 7, `the venue filled 7, we know of ${world.heldLots}`);
  else must(!kinds.includes('cancelled'), 'it is open at the venue, and counts as over');
  return { orders: 1, outages: Number(isOutage) };
}

/** The user stream falls silent, with or without pings: found out within 30 s, and no fill is lost. */
export async function silentStream(seed: number, wrap?: Plant): Promise<Figures> {
  const world = await worldOf(seed, wrap);
  const { chance, wire, time } = world;
  world.submit({ side: 1, lots: 20, limitTicks: MID_TICKS - 50 });
  world.run(chance.between(1, 40) * SECOND_US);
  const deaf = chance.is(0.5);
  wire.isMute = true;
  wire.isDeaf = deaf;
  const connects = wire.connects.length;
  world.run(chance.between(100_000, 3 * SECOND_US));
  const filledUs = time.nowUs;
  world.book(MID_TICKS - 100);
  const isFound = world.run(30 * SECOND_US, () => wire.connects.length > connects);
  must(isFound, 'after 30 s the silent stream is taken for a live one');
  const foundUs = time.nowUs - filledUs;
  wire.isMute = false;
  wire.isDeaf = false;
  world.run(30 * SECOND_US);
  must(world.heldLots === 20, `the venue filled 20, we know of ${world.heldLots}`);
  must(world.doubts.length > 0, 'the stream was away, and nobody was told to compare');
  must(world.trading.health().userStream, 'the stream does not come back');
  return { streams: 1, deaf: Number(deaf), longestToFindMs: Math.round(foundUs / 1000) };
}

const MINUTE_LIMIT = 300;

/** Too many requests: nothing but cancels leaves before the venue's time has come, and of a ban nothing at all. */
export async function rateLimits(seed: number, wrap?: Plant, hasty = false): Promise<Figures> {
  const world = await worldOf(seed, wrap);
  const { chance, wire, time } = world;
  const orderId = world.submit({ side: 1, lots: 10, limitTicks: MID_TICKS - 400 });
  world.run(2 * SECOND_US);
  const banned = chance.is(0.5);
  const seconds = chance.between(2, 50);
  const [status, code] = banned ? [418, -1003] : [429, -1003];
  let isDue = true;
  let toldUs = 0;
  wire.onRequest = ({ method, path }) => {
    if (!isDue || method !== 'GET' || !ORDER_PATHS.includes(path)) return undefined;
    isDue = false;
    toldUs = time.nowUs;
    // Planted: the adapter hears of a second, and the venue means more.
    const headers = { 'Retry-After': hasty ? '1' : `${seconds}` };
    const reply = { ...json(status, code, 'Too many requests.'), headers };
    return { kind: 'reply', done: false, reply };
  };
  must(
    world.run(20 * SECOND_US, () => !isDue),
    'nothing was asked',
  );
  // The reply travels for a moment: what leaves until it is here knows nothing of it.
  world.run(50_000);
  const heardUs = time.nowUs;
  const before = wire.sent.length;
  const connects = wire.connects.length;
  // A connection that is lost just now has to wait too.
  if (banned) wire.cut();
  world.cancel(orderId);
  world.submit({ side: 1, lots: 10, limitTicks: MID_TICKS - 300 });
  for (let i = 0; i < 5; i++)
    world.trading.query({ instrument: 0, clientOrderId: `asked-${i}`, conditional: false }, () => {});
  world.run(toldUs + seconds * SECOND_US - heardUs - 1_000);
  const during = wire.sent.slice(before);
  const cancels = during.filter(({ method }) => method === 'DELETE');
  must(during.length === cancels.length, `${during.length - cancels.length} requests left while the venue wanted none`);
  must(!banned || wire.connects.length === connects, 'a connection was tried at a venue that has banned us');
  if (banned) must(cancels.length === 0, 'a cancel went to a venue that has banned us');
  else must(cancels.length > 0 && cancels[0]!.atUs - heardUs <= 250_000, 'a cancel waited, though the venue takes it');
  world.run(60 * SECOND_US);
  must(wire.sent.length > before + cancels.length, 'nothing leaves when the time has come');
  must(
    world.reportsOf(orderId).some(({ report }) => report.kind === 'cancelled'),
    'the order is not cancelled',
  );
  return { limits: 1, banned: Number(banned), cancels: cancels.length };
}

/** Whatever is asked for, a fifth of the weight is left for cancels, and the venue never has to say stop. */
export async function weightKept(seed: number, wrap?: Plant): Promise<Figures> {
  const world = await worldOf(seed, wrap, { limits: { weightPerMinute: MINUTE_LIMIT } });
  const { chance, wire } = world;
  let most = 0;
  const asked = (): number => wire.sent.length;
  let refused = 0;
  for (let second = 0; second < 90; second++) {
    for (let i = chance.between(5, 40); i > 0; i--) {
      world.trading.query({ instrument: 0, clientOrderId: `asked-${second}-${i}`, conditional: false }, (reply) => {
        if (reply.kind === 'busy') refused++;
      });
    }
    world.run(SECOND_US);
    const told = /X-MBX-USED-WEIGHT-1M":"?(\d+)/.exec(
      JSON.stringify(world.model.limits.headers('127.0.0.1', wire.venueMs)),
    );
    most = Math.max(most, Number(told?.[1] ?? 0));
    must(most <= MINUTE_LIMIT * 0.8, `${most} of ${MINUTE_LIMIT} are used: less than a fifth is left for cancels`);
  }
  must(refused > 0 && asked() > 100, 'the limit was never reached: this tries nothing');
  let answer: CancelReply | undefined;
  world.trading.cancel({ instrument: 0, clientOrderId: 'asked-0-1', conditional: false }, (reply) => {
    answer = reply;
  });
  world.run(SECOND_US);
  must(answer?.kind === 'no-order', `a cancel is answered ${answer?.kind}`);
  return { requests: asked(), refused, mostWeight: most };
}

const STEPS_MS = [1_500, -1_500, 60_000, -60_000];
const LIMIT_US = 500_000;

/** The clocks move apart by a step: no entry meanwhile, and signatures that hold soon after. */
export async function clockStep(seed: number, wrap?: Plant, lie = false): Promise<Figures> {
  const world = await worldOf(seed, wrap);
  const { chance, wire, time } = world;
  world.run(chance.between(1, 30) * SECOND_US);
  const stepMs = STEPS_MS[seed % STEPS_MS.length]!;
  const isWall = chance.is(0.3);
  const isBlocked = (): boolean => {
    const { clock } = world.trading.health();
    return clock === undefined || Math.abs(clock.offsetUs) + clock.uncertaintyUs > LIMIT_US;
  };
  must(!isBlocked(), 'entries are blocked before anything has happened');
  const steppedUs = time.nowUs;
  if (isWall) world.wallStepUs = stepMs * 1000;
  // No clock here goes back: ours jumps ahead instead of the venue's.
  else if (stepMs > 0) wire.skewMs = stepMs;
  else world.aheadUs = -stepMs * 1000;
  // The venue's own word on the time is wrong: nobody could sign for it.
  wire.clockLieMs = lie ? -stepMs : 0;
  must(world.run(12 * SECOND_US, isBlocked), 'the step is not noticed within 12 s');
  const noticedUs = time.nowUs - steppedUs;
  must(
    world.run(15 * SECOND_US, () => !isBlocked()),
    'entries stay blocked',
  );
  const freeUs = time.nowUs - steppedUs;
  const orderId = world.submit({ side: 1, lots: 10, limitTicks: MID_TICKS + 3 });
  world.run(3 * SECOND_US);
  must(
    world.reportsOf(orderId).some(({ report }) => report.kind === 'accepted'),
    'a signature does not hold',
  );
  return { steps: 1, longestToNoticeMs: Math.round(noticedUs / 1000), longestToFreeMs: Math.round(freeUs / 1000) };
}

/** A venue that repeats in its replies and frames what it was sent: nothing that anybody is told shows key or secret. */
export async function secretsKept(seed: number): Promise<Figures> {
  const world = await worldOf(seed, undefined);
  const { chance, wire } = world;
  const echo = (text: string): string => `${text} key=${KEY} apiKey: ${KEY} secret ${SECRET}`;
  let echoes = 0;
  wire.onRequest = ({ query, body }) => {
    if (chance.is(0.3)) return undefined;
    echoes++;
    const codes = [-1022, -2015, -2010, -1102, -1000, -2011];
    const reply = json(
      chance.is(0.8) ? 400 : 500,
      codes[chance.between(0, codes.length - 1)]!,
      echo(`${query}${body}`),
    );
    return { kind: 'reply', done: chance.is(0.5), reply };
  };
  wire.onFrame = (text) => [wire.travelUs(), ...(text.includes('"x"') ? [wire.travelUs()] : [])];
  for (let i = 0; i < 5; i++) {
    const orderId = world.submit({ side: 1, lots: 10, limitTicks: MID_TICKS - 300 + 101 * i });
    world.run(3 * SECOND_US);
    world.cancel(orderId);
    world.run(3 * SECOND_US);
  }
  const account = await world.account(0);
  const shown = [
    ...world.notices,
    inspect(world.trading, { depth: 30, showHidden: true }),
    JSON.stringify(world.trading),
    inspect(world.reports, { depth: 9 }),
    inspect(account, { depth: 9 }),
  ];
  const leak = shown.find((text) => text.includes(KEY) || text.includes(SECRET));
  must(leak === undefined, 'key or secret is shown');
  must(!shown.some((text) => /signature=[0-9a-f]{16}/.test(text)), 'a signature is shown');
  must(echoes > 0 && world.notices.length > 0, 'nothing was echoed: this tries nothing');
  return { texts: shown.length, echoes };
}

/** Adapters as they are written in a hurry, by the check that must notice them. */
export const PLANTS: Readonly<Record<'lostReply' | 'denied' | 'silentStream' | 'rateLimits', NonNullable<Plant>>> = {
  // Sends again what got no answer.
  lostReply: (venue) => ({
    ...bound(venue),
    submit: (order, reply) =>
      venue.submit(order, (told) => (told.kind === 'unknown' ? venue.submit(order, reply) : reply(told))),
  }),
  // Takes a denial for an end.
  denied: (venue) => ({
    ...bound(venue),
    query: (order, reply) =>
      venue.query(order, (told) =>
        reply(told.kind === 'absent' ? ({ kind: 'closed', filledLots: 0, executions: [] } satisfies QueryReply) : told),
      ),
  }),
  // Forgets the fills that it has asked for.
  silentStream: (venue) => ({
    ...bound(venue),
    query: (order, reply) =>
      venue.query(order, (told) => reply('executions' in told ? { ...told, executions: [] } : told)),
  }),
  // Cancels wait with everything else.
  rateLimits: (venue) => {
    let untilBusy = 0;
    return {
      ...bound(venue),
      query: (order, reply) =>
        venue.query(order, (told) => {
          if (told.kind === 'busy') untilBusy++;
          reply(told);
        }),
      cancel: (order, reply) =>
        untilBusy > 0 ? reply({ kind: 'busy', retryAfterUs: 5 * SECOND_US }) : venue.cancel(order, reply),
    };
  },
};
