/** The values that XGBoost's document is made of when it is written: XGBoost insists on the type of each. */

/** A single-precision number that stands outside a typed array. */
export class Single {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export type TypedArray = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** A number is a whole one of 32 bits; arrays are typed where XGBoost wants them so. */
export type XgboostValue =
  | string
  | number
  | Single
  | TypedArray
  | readonly XgboostValue[]
  | { readonly [key: string]: XgboostValue };

export function isTyped(value: XgboostValue): value is TypedArray {
  return ArrayBuffer.isView(value);
}

export function isList(value: XgboostValue): value is readonly XgboostValue[] {
  return Array.isArray(value);
}
