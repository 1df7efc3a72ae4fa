/** What the exchange refuses a request with: status, code and text as Binance documents them. */

export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  /** Goes beside code and msg, as cancel-replace answers. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
  /** When it may be tried again, for the Retry-After header. */
  readonly retryMs: number | undefined;

  constructor(code: number, message: string, status = 400, data?: Readonly<Record<string, unknown>>, retryMs?: number) {
    super(message);
    this.code = code;
    this.status = status;
    this.data = data;
    this.retryMs = retryMs;
  }

  get body(): Readonly<Record<string, unknown>> {
    const { code, message: msg, data } = this;
    return data === undefined ? { code, msg } : { code, msg, data };
  }
}

export const missing = (name: string) =>
  new ApiError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const eitherMissing = (a: string, b: string) =>
  new ApiError(-1102, `Param '${a}' or '${b}' must be sent, but both were empty/null!`);
export const illegal = (name: string, range: string) =>
  new ApiError(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
export const empty = (name: string) => new ApiError(-1105, `Parameter '${name}' was empty.`);
export const notRequired = (name: string) => new ApiError(-1106, `Parameter '${name}' sent when not required.`);
export const filterFailure = (filter: string) => new ApiError(-1013, `Filter failure: ${filter}`);
export const rejected = (message: string) => new ApiError(-2010, message);

/** Errors whose text never varies, by what they are about. */
export const FIXED = {
  invalidSymbol: () => new ApiError(-1121, 'Invalid symbol.'),
  invalidSide: () => new ApiError(-1117, 'Invalid side.'),
  invalidType: () => new ApiError(-1116, 'Invalid orderType.'),
  invalidTimeInForce: () => new ApiError(-1115, 'Invalid timeInForce.'),
  badCombination: () => new ApiError(-1128, 'Combination of optional parameters invalid.'),
  apiKeyFormat: () => new ApiError(-2014, 'API-key format invalid.', 401),
  apiKeyRejected: () => new ApiError(-2015, 'Invalid API-key, IP, or permissions for action.', 401),
  signature: () => new ApiError(-1022, 'Signature for this request is not valid.'),
  late: () => new ApiError(-1021, 'Timestamp for this request is outside of the recvWindow.'),
  early: () => new ApiError(-1021, "Timestamp for this request was 1000ms ahead of the server's time."),
  noSuchOrder: () => new ApiError(-2013, 'Order does not exist.'),
  unknownCancel: () => new ApiError(-2011, 'Unknown order sent.'),
  noListenKey: () => new ApiError(-1125, 'This listenKey does not exist.'),
  duplicateParameter: () => new ApiError(-1101, 'Duplicate values for a parameter detected.'),
  insufficientBalance: () => rejected('Account has insufficient balance for requested action.'),
  duplicateOrder: () => rejected('Duplicate order sent.'),
  immediateMatch: () => rejected('Order would immediately match and take.'),
  immediateTrigger: () => rejected('Order would trigger immediately.'),
} as const;
