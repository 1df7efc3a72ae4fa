/** Prices that rules and fees are reckoned by: the venue's reference for each instrument, and of assets that fees come in. */
import { type Money, money, parseMoney } from '../../../engine/domain/index.ts';
import type { Schedule } from '../../venues/schedule.ts';
import type { Api, Endpoint } from './api.ts';
import type { Dialect } from './dialect.ts';
import type { Instruments, Traded } from './instruments.ts';
import { fieldsOf, textOf } from './json.ts';

const SECOND_US = 1_000_000;
const EVERY_US = 10 * SECOND_US;
/** A reference older than this is none. */
const STALE_US = 120 * SECOND_US;
const FEE_ASSET_EVERY_US = 600 * SECOND_US;
/** The asset that fees may be set to come in, with a discount. */
const FEE_ASSET = 'BNB';

interface Told {
  readonly price: Money;
  readonly atUs: number;
}

export interface PricesOptions {
  readonly api: Api;
  readonly dialect: Dialect;
  readonly instruments: Instruments;
  readonly schedule: Schedule;
  readonly accountCurrency: string;
}

export class Prices {
  readonly #options: PricesOptions;
  readonly #references: Array<Told | undefined>;
  readonly #assets = new Map<string, Money>();
  #dueUs = 0;
  #feeAssetDueUs = 0;

  constructor(options: PricesOptions) {
    this.#options = options;
    this.#references = options.instruments.all.map(() => undefined);
  }

  /** What the venue measures limit prices by, in ticks toward zero; 0 when nobody knows. */
  referenceTicks({ index, tick }: Traded): number {
    const told = this.#references[index];
    if (told === undefined || this.#options.schedule.nowUs() - told.atUs > STALE_US) return 0;
    const decimals = 10n ** BigInt(16 - tick.decimals);
    const ticks = Number(told.price / (BigInt(tick.step) * decimals));
    return Number.isSafeInteger(ticks) ? ticks : 0;
  }

  /** Worth of one of an asset in the account's currency. */
  priceOf(asset: string): Money | undefined {
    if (asset === this.#options.accountCurrency) return money(10n ** 16n);
    return this.#assets.get(asset);
  }

  /** Asks for what is due. */
  tick(): void {
    const nowUs = this.#options.schedule.nowUs();
    if (nowUs >= this.#dueUs) {
      this.#dueUs = nowUs + EVERY_US;
      for (const traded of this.#options.instruments.all) this.#askReference(traded);
    }
    if (nowUs >= this.#feeAssetDueUs) {
      this.#feeAssetDueUs = nowUs + FEE_ASSET_EVERY_US;
      this.#ask(this.#options.dialect.lastPrice, `${FEE_ASSET}${this.#options.accountCurrency}`, 'price', (price) => {
        if (price !== undefined) this.#assets.set(FEE_ASSET, price);
      });
    }
  }

  /** Where the venue does not tell its own measure, the last price stands in for it. */
  #askReference({ symbol, index }: Traded): void {
    const { dialect, schedule } = this.#options;
    const take = (price: Money): void => {
      this.#references[index] = { price, atUs: schedule.nowUs() };
    };
    this.#ask(dialect.reference.endpoint, symbol, dialect.reference.field, (price) => {
      if (price !== undefined) take(price);
      else {
        this.#ask(dialect.lastPrice, symbol, 'price', (last) => {
          if (last !== undefined) take(last);
        });
      }
    });
  }

  #ask(endpoint: Endpoint, symbol: string, field: string, told: (price: Money | undefined) => void): void {
    this.#options.api.call(endpoint, { symbol }, 'check', (answer) => {
      const text = answer.kind === 'done' ? textOf(fieldsOf(answer.json)[field]) : undefined;
      const price = text === undefined ? undefined : parseMoney(text);
      told(price !== undefined && price > 0n ? price : undefined);
    });
  }
}
