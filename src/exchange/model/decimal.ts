/** Decimal texts and integers of 10⁻⁸, the unit of every amount in the exchange; exact both ways. */

export const E8 = 100_000_000n;
const DECIMAL = /^(\d{1,17})(?:\.(\d{0,20}))?$|^\.(\d{1,20})$/;

/** The decimal of 10⁻⁸ that a text means, or undefined when it is not a plain number or has more decimals than that. */
export function parseE8(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const match = DECIMAL.exec(negative ? text.slice(1) : text);
  if (match === null) return undefined;
  const whole = match[1] ?? '0';
  const fraction = (match[2] ?? match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > 8) return undefined;
  const magnitude = BigInt(whole) * E8 + BigInt(fraction.padEnd(8, '0'));
  return negative ? -magnitude : magnitude;
}

/** For settings, not for requests: throws in words. */
export function mustE8(text: string, what: string): bigint {
  const value = parseE8(text);
  if (value === undefined) throw new RangeError(`${what} '${text}' is not a decimal with at most 8 places`);
  return value;
}

/** With so many decimals (0–8); what is beyond them is cut off. */
export function formatE8(value: bigint, decimals = 8): string {
  const magnitude = value < 0n ? -value : value;
  const fraction = (magnitude % E8).toString().padStart(8, '0').slice(0, decimals);
  const text = decimals === 0 ? `${magnitude / E8}` : `${magnitude / E8}.${fraction}`;
  const isZero = decimals < 8 && /^[0.]+$/.test(text);
  return value < 0n && !isZero ? `-${text}` : text;
}

/** Decimals that a step such as 0.0100 needs: 2. */
export function decimalsOf(stepE8: bigint): number {
  let decimals = 8;
  for (let rest = stepE8; decimals > 0 && rest % 10n === 0n; rest /= 10n) decimals--;
  return decimals;
}

/** Product of two E8 numbers, towards zero. */
export function mulE8(a: bigint, b: bigint): bigint {
  return (a * b) / E8;
}
