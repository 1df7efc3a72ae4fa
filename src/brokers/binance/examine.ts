/** Looks at the line to the venue, the key and the account, and tells in words what would stand in the way of trading. */
import { formatMoney, type Money, money, parseMoney } from '../../../engine/domain/index.ts';
import { cleanText } from '../../../logs/index.ts';
import type { Schedule } from '../../venues/schedule.ts';
import type { Credentials } from '../credentials.ts';
import type { LiveVenue } from '../open-trading.ts';
import { type Api, ask, type Endpoint } from './api.ts';
import type { Parameters } from './client.ts';
import type { ClockSync } from './clock-sync.ts';
import { ASSET_MODE, DIALECTS, POSITION_MODE } from './dialect.ts';
import { explain } from './explain.ts';
import { type Fields, fieldsOf, listOf, textOf } from './json.ts';
import type { Limits } from './limits.ts';
import { lineTo } from './line.ts';
import type { Answer } from './replies.ts';
import type { Wire } from './wire.ts';

export interface Finding {
  /** One or two words. */
  readonly check: string;
  /** fine · warn: it works, and something should be known · bad: it does not work. */
  readonly verdict: 'fine' | 'warn' | 'bad';
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export interface ExamineOptions {
  readonly venue: LiveVenue;
  readonly url: string | undefined;
  readonly credentials: Credentials | undefined;
  /** The venue's names of what is to be traded. */
  readonly symbols: readonly string[];
  /** Largest worth of one order as a share of equity, parts per million. */
  readonly orderLimitPpm: number;
  /** What the clocks may differ by, uncertainty included, before an engine lets no entry out. */
  readonly clockOffsetLimitUs: number;
  readonly currency: string;
  readonly schedule: Schedule;
  readonly wire: Wire;
}

const RESTRICTIONS: Endpoint = { name: 'sapiGetAccountApiRestrictions', weight: 1 };
const SPOT_FEES: Endpoint = { name: 'sapiGetBnbBurn', weight: 1 };
const FUTURES_FEES: Endpoint = { name: 'fapiPrivateGetFeeBurn', weight: 1 };
const NEARLY_OFF_US = 100_000;
const NEARLY_USED = 0.6;
const ONE_WAY = 'set one-way mode at the venue: Preferences, Position Mode';
const SINGLE_ASSET = 'set single-asset mode at the venue: Preferences, Asset Mode';

type Tell = (verdict: Finding['verdict'], check: string, text: string, remedy?: string) => void;
type Failure = Exclude<Answer, { kind: 'done' }>;

/** Everything that can be found out; it ends early where the rest would only say the same. */
export async function examine(options: ExamineOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const examination = await Examination.begin(options, (verdict, check, text, remedy) => {
    findings.push({ check, verdict, text: cleanText(text), ...(remedy !== undefined && { remedy }) });
  });
  await examination.run();
  return findings;
}

class Examination {
  readonly #options: ExamineOptions;
  readonly #tell: Tell;
  readonly #api: Api;
  readonly #clock: ClockSync;
  readonly #limits: Limits;
  /** Least worth of an order by symbol. */
  readonly #least = new Map<string, Money>();

  private constructor(options: ExamineOptions, tell: Tell, api: Api, clock: ClockSync, limits: Limits) {
    this.#options = options;
    this.#tell = tell;
    this.#api = api;
    this.#clock = clock;
    this.#limits = limits;
  }

  static async begin(options: ExamineOptions, tell: Tell): Promise<Examination> {
    const wallUs = (): number => options.schedule.nowUs();
    const { api, clock, limits } = await lineTo({ ...options, wallUs, notice: () => {} });
    return new Examination(options, tell, api, clock, limits);
  }

  async run(): Promise<void> {
    if (!(await this.#route())) return;
    await this.#time();
    await this.#listing();
    const { credentials, venue } = this.#options;
    if (credentials === undefined)
      this.#tell('warn', 'key', 'no API key was given: account and permissions were not looked at');
    else if (await this.#account()) {
      await this.#permissions();
      await this.#fees();
      if (venue === 'binanceusdm') await this.#modes();
    }
    this.#weight();
  }

  #ask(endpoint: Endpoint, parameters: Parameters = {}): Promise<Answer> {
    return ask(this.#api, endpoint, parameters, 'query');
  }

  async #route(): Promise<boolean> {
    const answer = await this.#ask(DIALECTS[this.#options.venue].time);
    if (answer.kind === 'done') {
      this.#tell('fine', 'route', `${this.#options.venue} answers`);
      return true;
    }
    const why = `${this.#options.venue} does not answer: ${explain(answer)}`;
    const remedy = /^HTTP 451\b/.test(answer.kind === 'no-order' ? '' : answer.text)
      ? 'the venue does not serve this region'
      : 'look at the network, a proxy or firewall, and --url';
    this.#tell('bad', 'route', why, remedy);
    return false;
  }

  async #time(): Promise<void> {
    const measured = await new Promise<boolean>((resolve) => this.#clock.measure(resolve));
    const reading = this.#clock.reading();
    if (!measured || reading === undefined) {
      this.#tell('bad', 'clock', 'the venue’s time could not be measured');
      return;
    }
    const offUs = this.#clock.rawOffsetUs;
    const text = `this machine’s clock is ${(Math.abs(offUs) / 1e6).toFixed(3)} s ${offUs > 0 ? 'behind' : 'ahead of'} the venue’s, known to ±${(reading.uncertaintyUs / 1e6).toFixed(3)} s`;
    const apartUs = Math.abs(offUs) + reading.uncertaintyUs;
    const remedy = 'turn on time synchronisation, such as: sudo timedatectl set-ntp true';
    if (apartUs > this.#options.clockOffsetLimitUs) this.#tell('bad', 'clock', text, remedy);
    else if (apartUs > NEARLY_OFF_US) this.#tell('warn', 'clock', text, remedy);
    else this.#tell('fine', 'clock', text);
  }

  async #listing(): Promise<void> {
    const { venue, symbols } = this.#options;
    const only = venue === 'binance' ? { symbols: JSON.stringify(symbols) } : {};
    const answer = await this.#ask(DIALECTS[venue].exchangeInfo, only);
    if (answer.kind !== 'done') {
      const isSymbol = answer.kind === 'refused' && answer.code === -1121;
      const text = isSymbol
        ? `${symbols.join(', ')}: one of them is not listed at ${venue}`
        : `the listing cannot be had: ${explain(answer)}`;
      this.#tell('bad', 'symbols', text, isSymbol ? 'give --symbols as the venue lists them' : 'try again later');
      return;
    }
    const info = fieldsOf(answer.json);
    this.#limits.configure(info.rateLimits);
    const rows = new Map(listOf(info.symbols).map((row) => [textOf(row.symbol), row]));
    for (const symbol of symbols) this.#listed(symbol, rows.get(symbol));
  }

  #listed(symbol: string, row: Fields | undefined): void {
    const { venue } = this.#options;
    if (row === undefined) {
      this.#tell('bad', 'symbols', `${symbol} is not listed at ${venue}`, 'give --symbols as the venue lists them');
      return;
    }
    const status = textOf(row.contractStatus ?? row.status) ?? 'unknown';
    if (status === 'TRADING') this.#tell('fine', 'symbols', `${symbol} is traded`);
    else this.#tell('bad', 'symbols', `${symbol} is not traded now: its status is ${status}`, 'leave it away, or wait');
    for (const filter of listOf(row.filters)) {
      if (filter.filterType !== 'NOTIONAL' && filter.filterType !== 'MIN_NOTIONAL') continue;
      const least = parseMoney(textOf(filter.minNotional ?? filter.notional) ?? '');
      if (least !== undefined) this.#least.set(symbol, least);
    }
  }

  async #account(): Promise<boolean> {
    const { venue } = this.#options;
    const answer = await this.#ask(DIALECTS[venue].account);
    if (answer.kind !== 'done') {
      this.#tell('bad', 'key', `the account cannot be read: ${explain(answer)}`, remedyOf(answer));
      return false;
    }
    const account = fieldsOf(answer.json);
    this.#tell('fine', 'key', 'key and secret belong together, and the account can be read');
    if (account.canTrade === false)
      this.#tell('bad', 'trading', 'the account may not trade', 'ask the venue why: the account is restricted');
    this.#orderSize(account);
    return true;
  }

  /** An order that policy allows must be worth as much as the venue asks for. */
  #orderSize(account: Fields): void {
    const { venue, currency, orderLimitPpm } = this.#options;
    const rows = listOf(venue === 'binance' ? account.balances : account.assets);
    const row = rows.find(({ asset }) => asset === currency);
    const told = venue === 'binance' ? [row?.free, row?.locked] : [row?.walletBalance];
    const held = told.reduce((sum: bigint, each) => sum + (parseMoney(textOf(each) ?? '') ?? 0n), 0n);
    if (held <= 0n) {
      this.#tell('bad', 'balance', `the account holds no ${currency}`, 'transfer some to it at the venue');
      return;
    }
    const most = (held * BigInt(orderLimitPpm)) / 1_000_000n;
    this.#tell('fine', 'balance', `the account holds ${formatMoney(money(held), 2)} ${currency}`);
    for (const [symbol, least] of this.#least) {
      if (!this.#options.symbols.includes(symbol) || least <= most) continue;
      const text = `${symbol}: the venue’s least order is worth ${formatMoney(least, 2)}, policy allows ${formatMoney(money(most), 2)}`;
      this.#tell('bad', 'order size', text, `hold more ${currency}, or raise maxOrderPct with chimera policy set`);
    }
  }

  async #permissions(): Promise<void> {
    const answer = await this.#ask(RESTRICTIONS);
    if (answer.kind !== 'done') {
      this.#tell('warn', 'permissions', `the key’s permissions cannot be read: ${explain(answer)}`);
      return;
    }
    const key = fieldsOf(answer.json);
    const isSpot = this.#options.venue === 'binance';
    const may = isSpot ? key.enableSpotAndMarginTrading : key.enableFutures;
    if (may === true) this.#tell('fine', 'trading', 'the key may trade');
    else
      this.#tell(
        'bad',
        'trading',
        `the key may not trade ${isSpot ? 'spot' : 'futures'}`,
        `allow "Enable ${isSpot ? 'Spot & Margin Trading' : 'Futures'}" on the key’s page at the venue`,
      );
    if (key.enableWithdrawals !== false)
      this.#tell(
        'warn',
        'withdrawals',
        'the key may withdraw: whoever gets hold of it can empty the account',
        'forbid withdrawals on the key’s page: nothing here needs them',
      );
    if (key.ipRestrict !== true)
      this.#tell(
        'warn',
        'address',
        'the key works from every address',
        'restrict it to this machine’s address at the venue',
      );
    else this.#tell('fine', 'address', 'the key is restricted to addresses, and this is one of them');
  }

  async #fees(): Promise<void> {
    const isSpot = this.#options.venue === 'binance';
    const answer = await this.#ask(isSpot ? SPOT_FEES : FUTURES_FEES);
    // Not every venue of this kind tells; then the first fill does.
    if (answer.kind !== 'done') return;
    const { spotBNBBurn, feeBurn } = fieldsOf(answer.json);
    if ((isSpot ? spotBNBBurn : feeBurn) !== true) return;
    this.#tell(
      'warn',
      'fees',
      'fees come in BNB: they count at its last price, or as 0 where that is not known, and the holding of BNB shrinks',
      'turn off "Use BNB to pay for fees" at the venue, and they come out of what is traded',
    );
  }

  async #modes(): Promise<void> {
    const dual = await this.#ask(POSITION_MODE);
    if (dual.kind !== 'done') this.#tell('bad', 'position mode', `it cannot be read: ${explain(dual)}`);
    else if (fieldsOf(dual.json).dualSidePosition !== false)
      this.#tell(
        'bad',
        'position mode',
        'the account is in hedge mode; one position for each instrument is needed',
        ONE_WAY,
      );
    else this.#tell('fine', 'position mode', 'one-way');
    const multi = await this.#ask(ASSET_MODE);
    if (multi.kind !== 'done') this.#tell('bad', 'asset mode', `it cannot be read: ${explain(multi)}`);
    else if (fieldsOf(multi.json).multiAssetsMargin !== false)
      this.#tell(
        'bad',
        'asset mode',
        'the account is in multi-assets mode: other assets would stand in for losses',
        SINGLE_ASSET,
      );
    else this.#tell('fine', 'asset mode', 'single asset');
  }

  #weight(): void {
    const { used } = this.#limits;
    const text = `${Math.round(used * 100)} % of the venue’s tightest limit is in use`;
    if (this.#limits.isBanned)
      this.#tell('bad', 'limits', 'the venue has banned this address', 'wait until the ban is over');
    else if (used >= NEARLY_USED)
      this.#tell('warn', 'limits', text, 'something else uses this address or key: stop it, or give it another');
    else this.#tell('fine', 'limits', text);
  }
}

function remedyOf(answer: Failure): string {
  if (answer.kind === 'refused') return 'look at the key’s page at the venue: key, secret, permissions, addresses';
  return answer.kind === 'busy' ? 'wait, and try again' : 'try again';
}
