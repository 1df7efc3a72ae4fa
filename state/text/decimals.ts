/** Decimal texts as whole numbers of a unit, exactly: sizes that a person types are never rounded up. */

const DECIMAL = /^(\d{1,24})(?:\.(\d{1,18}))?$/;
const PLACES = 18;

/** The text in units of 10⁻¹⁸; undefined where it is no decimal number of zero or more. */
export function parseDecimal(text: string): bigint | undefined {
  const match = DECIMAL.exec(text);
  return match === null ? undefined : BigInt(`${match[1]}${(match[2] ?? '').padEnd(PLACES, '0')}`);
}

/** Places behind the point of a number's text. */
export const decimalsOf = (text: string): number => text.split('.')[1]?.length ?? 0;

/** The text of so many units of 10⁻¹⁸, without zeros at its end. */
export function decimalText(units: bigint): string {
  const digits = units.toString().padStart(PLACES + 1, '0');
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`.replace(/\.?0+$/, '');
}
