/** The parameters of a request, from query and body, each read with a check that refuses as Binance does. */
import { decimalsOf, parseE8 } from './decimal.ts';
import { ApiError, empty, FIXED, illegal, missing } from './errors.ts';

const DECIMAL_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const DECIMAL = new RegExp(DECIMAL_RANGE);
const WHOLE_RANGE = '^[0-9]{1,20}$';
const WHOLE = new RegExp(WHOLE_RANGE);
const NAME_RANGE = '^[\\.A-Z\\:/a-z0-9_-]{1,36}$';
const NAME = /^[.A-Z:/a-z0-9_-]{1,36}$/;

/** As a form decodes it; what is not well formed stays as it is, for the checks to refuse. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

export class Params {
  readonly #values = new Map<string, string>();

  /** `query` and `body` as they came; names may be in one of them only. */
  constructor(query: string, body: string) {
    for (const part of [...query.split('&'), ...body.split('&')]) {
      if (part === '') continue;
      const cut = part.indexOf('=');
      const name = decode(cut < 0 ? part : part.slice(0, cut));
      if (this.#values.has(name)) throw FIXED.duplicateParameter();
      this.#values.set(name, cut < 0 ? '' : decode(part.slice(cut + 1)));
    }
  }

  static of(values: Readonly<Record<string, string>>): Params {
    const params = new Params('', '');
    for (const [name, value] of Object.entries(values)) params.#values.set(name, value);
    return params;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Undefined when it was not sent or is empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === '' ? undefined : value;
  }

  mustText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** Of a set of words; `refuse` makes the error for another one. */
  word<T extends string>(name: string, words: readonly T[], refuse = () => this.#invalid(name)): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = words.find((word) => word === value);
    if (found === undefined) throw refuse();
    return found;
  }

  mustWord<T extends string>(name: string, words: readonly T[], refuse?: () => ApiError): T {
    const value = refuse === undefined ? this.word(name, words) : this.word(name, words, refuse);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** 'true' and 'false', in any case as some clients send them. */
  flag(name: string): boolean | undefined {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') throw this.#invalid(name);
    return value === 'true';
  }

  whole(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (value === '') throw empty(name);
    if (!WHOLE.test(value)) throw illegal(name, WHOLE_RANGE);
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new ApiError(-1108, `Parameter '${name}' overflowed.`);
    return number;
  }

  mustWhole(name: string): number {
    const value = this.whole(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** Between bounds; beyond `most` it is `most`. */
  limit(name: string, standard: number, most: number): number {
    const value = this.whole(name) ?? standard;
    if (value < 1) throw this.#invalid(name);
    return Math.min(value, most);
  }

  /** In 10⁻⁸; more decimals than the unit allows are too precise. */
  decimal(name: string, unitE8 = 1n): bigint | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!DECIMAL.test(value)) throw illegal(name, DECIMAL_RANGE);
    const parsed = parseE8(value);
    if (parsed === undefined || parsed % 10n ** BigInt(8 - decimalsOf(unitE8)) !== 0n) throw this.tooPrecise(name);
    return parsed;
  }

  /** The name that a client gives an order. */
  orderName(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (value === '') throw empty(name);
    if (!NAME.test(value)) throw illegal(name, NAME_RANGE);
    return value;
  }

  tooPrecise(name: string): ApiError {
    return new ApiError(-1111, `Parameter '${name}' has too much precision.`);
  }

  #invalid(name: string): ApiError {
    return new ApiError(-1130, `Data sent for parameter '${name}' is not valid.`);
  }
}
