/** Opens a venue for a run: its instruments and feed, and for a live one the account that real orders are sent to. */
import { formatMoney, type InstrumentSpec, MONEY_DECIMALS, type Money, money } from '../../engine/domain/index.ts';
import type { SessionManifest } from '../../logs/index.ts';
import { readCredentials } from '../brokers/credentials.ts';
import { LIVE_VENUES, type LiveVenue, openTrading } from '../brokers/open-trading.ts';
import type { AccountSnapshot, TradingVenue, TradingVenueEvents } from '../brokers/trading-venue.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { SourceDesk } from '../sources/source-desk.ts';
import type { MarketFeed } from '../venues/market-feed.ts';
import { openFeed } from '../venues/open-feed.ts';
import { realSchedule } from '../venues/real-network.ts';
import type { VenueInstrument } from '../venues/venue-instrument.ts';
import type { VenueJob } from './job.ts';
import { toleranceOf } from './live-broker.ts';

const ACCOUNT_TIMEOUT_MS = 15_000;

/** Which account a live run trades; where it goes on, it must be the same. */
export type TradedAccount = NonNullable<SessionManifest['account']>;

export interface OpenedTrading {
  readonly venue: TradingVenue;
  /** What the account holds of its currency, as decimal text: what a new ledger begins with. */
  readonly cash: string;
  readonly balanceTolerance: Money;
  /** Executions before this are of no interest. */
  readonly sinceUs: number;
  readonly account: TradedAccount;
  /** How late the venue's market data was when it came last. */
  readonly lateUs: () => number;
  /** By instrument: whether the venue lets it be traded. */
  readonly trading: readonly boolean[];
  /** From now on `events` hear what the venue tells by itself, and at once what it has told since it was opened. */
  listen(events: TradingVenueEvents): void;
}

export interface OpenedVenue {
  readonly name: string;
  readonly feed: MarketFeed;
  readonly currency: string;
  readonly trading: OpenedTrading | undefined;
  /** What is told beside the market. */
  readonly sources?: SourceDesk | undefined;
}

export interface VenuePlan {
  readonly symbols: readonly string[];
  /** Those of the session that is gone on from: the venue must list them as it did then. */
  readonly specs: readonly InstrumentSpec[] | undefined;
  /** The session that is gone on from: what is held according to it lies in the account that it traded. */
  readonly left: Pick<SessionManifest, 'name' | 'account' | 'config'> | undefined;
  readonly live: boolean;
  /** Since when executions matter: the last input of the session that is gone on from, or now. */
  readonly sinceUs: number;
}

/** Rejects with a {@link CommandError} in words. */
export async function openVenue(job: VenueJob, plan: VenuePlan, clock: { nowUs(): number }): Promise<OpenedVenue> {
  const schedule = realSchedule(clock);
  const { name, url } = job;
  let measured: (() => number | undefined) | undefined;
  const clockOffsetUs = seldom(clock, () => measured?.());
  const feed = await openFeed({ venue: name, url, symbols: plan.symbols, schedule, clockOffsetUs });
  try {
    if (plan.specs !== undefined) checkUnchanged(plan.specs, feed.instruments);
    const currency = currencyOf(feed.instruments);
    const trading = plan.live ? await openAccount(job, plan, feed, currency, clock) : undefined;
    if (trading !== undefined) measured = () => trading.venue.health().clock?.rawOffsetUs;
    return { name, feed, currency, trading };
  } catch (cause) {
    feed.stop();
    throw cause;
  }
}

/** Asked for with every frame, looked up once a second. */
function seldom<T>(clock: { nowUs(): number }, look: () => T): () => T {
  let value = look();
  let atUs = clock.nowUs();
  return () => {
    const nowUs = clock.nowUs();
    if (nowUs - atUs < 1_000_000) return value;
    atUs = nowUs;
    value = look();
    return value;
  };
}

/** Positions are counted in lots and ticks: under other ones they would be others. */
function checkUnchanged(specs: readonly InstrumentSpec[], listed: readonly VenueInstrument[]): void {
  for (const [i, spec] of specs.entries()) {
    const now = listed[i]?.spec;
    const same = now?.symbol === spec.symbol && now.tickSize === spec.tickSize && now.lotSize === spec.lotSize;
    if (!same)
      throw new CommandError(
        EXIT.refused,
        `${spec.symbol} is listed in other steps than when the session began: flatten it at the venue, then start a new one`,
      );
  }
}

/** Elsewhere its stops and exits would sell what is not ours. */
function checkAccount({ name, account }: NonNullable<VenuePlan['left']>, now: TradedAccount): void {
  const refuse = (why: string): never => {
    throw new CommandError(EXIT.refused, `${name} ${why}`);
  };
  if (account === undefined) refuse('does not say which account it traded: begin a new run');
  else if (account.url !== now.url)
    refuse(
      account.url === undefined ? 'traded at the venue itself: leave out --url' : `traded at --url ${account.url}`,
    );
  else if (account.keySha256 !== now.keySha256)
    refuse('traded with another API key, perhaps in another account: give that key, or begin a new run');
}

function currencyOf(instruments: readonly VenueInstrument[]): string {
  const quotes = [...new Set(instruments.map(({ spec }) => spec.quote))];
  if (quotes.length === 1 && quotes[0] !== undefined) return quotes[0];
  throw new CommandError(EXIT.usage, `--symbols are priced in ${quotes.join(', ')}: one ledger has one currency`);
}

export const isLiveVenue = (venue: string): venue is LiveVenue => LIVE_VENUES.some((each) => each === venue);

async function openAccount(
  job: VenueJob,
  plan: VenuePlan,
  feed: MarketFeed,
  currency: string,
  clock: { nowUs(): number },
): Promise<OpenedTrading> {
  const { instruments } = feed;
  const { name, url, keys } = job;
  if (!isLiveVenue(name))
    throw new CommandError(EXIT.usage, `live trading is built for ${LIVE_VENUES.join(' and ')}, not for ${name}`);
  const schedule = realSchedule(clock);
  const credentials = readCredentials(process.env, keys);
  const traded: TradedAccount = { url, keySha256: credentials.keySha256 };
  if (plan.left !== undefined) checkAccount(plan.left, traded);
  const address = url?.replace(/^ws/, 'http');
  const venue = openTrading({
    venue: name,
    url: address,
    instruments,
    credentials,
    schedule,
    runId: plan.left?.config?.runId,
    accountCurrency: currency,
  });
  const relay = new EventRelay();
  try {
    await venue.open(relay);
    const account = await readAccount(venue, clock.nowUs());
    const cash = money(holdingOf(account, currency));
    if (cash <= 0n) throw new CommandError(EXIT.refused, `the account at ${name} holds no ${currency}`);
    return {
      venue,
      cash: formatMoney(cash, MONEY_DECIMALS),
      balanceTolerance: toleranceOf(cash),
      sinceUs: plan.sinceUs,
      account: traded,
      lateUs: () => feed.lateUs,
      trading: instruments.map((instrument) => instrument.trading),
      listen: (events) => relay.attach(events),
    };
  } catch (cause) {
    venue.close();
    throw cause;
  }
}

function readAccount(venue: TradingVenue, sinceUs: number): Promise<AccountSnapshot> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new CommandError(EXIT.venue, `the account cannot be read: ${why}`));
    const timer = setTimeout(() => fail('the venue does not answer'), ACCOUNT_TIMEOUT_MS);
    venue.account(sinceUs, (reply) => {
      clearTimeout(timer);
      if (reply.kind === 'account') resolve(reply.account);
      else fail(reply.kind === 'denied' ? reply.why : `the venue is ${reply.kind === 'busy' ? 'too busy' : 'silent'}`);
    });
  });
}

function holdingOf(account: AccountSnapshot, currency: string): bigint {
  const balance = account.balances.find(({ asset }) => asset === currency);
  return balance === undefined ? 0n : balance.free + balance.locked;
}

/** Keeps what a venue tells before anybody listens. */
class EventRelay implements TradingVenueEvents {
  #to: TradingVenueEvents | undefined;
  #kept: Array<(to: TradingVenueEvents) => void> = [];

  attach(to: TradingVenueEvents): void {
    this.#to = to;
    for (const tell of this.#kept.splice(0)) tell(to);
  }

  #pass(tell: (to: TradingVenueEvents) => void): void {
    if (this.#to === undefined) this.#kept.push(tell);
    else tell(this.#to);
  }

  update: TradingVenueEvents['update'] = (update) => this.#pass((to) => to.update(update));
  doubt: TradingVenueEvents['doubt'] = (why) => this.#pass((to) => to.doubt(why));
  notice: TradingVenueEvents['notice'] = (level, text) => this.#pass((to) => to.notice(level, text));
}
