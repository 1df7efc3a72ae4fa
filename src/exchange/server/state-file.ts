/** What of an exchange survives its end: the models of its markets, and where its market began. */
import { z } from 'zod';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

/** The first one did not tell the size of ticks and lots. */
const FORMAT = 2;
const stateSchema = z.strictObject({
  format: z.literal(FORMAT),
  seed: z.int().nonnegative(),
  ratePerSecond: z.number(),
  symbols: z.array(z.string()),
  /** Wall time of the synthetic market's first act. */
  startUs: z.int().nonnegative(),
  models: z.strictObject({ spot: z.string().optional(), usdm: z.string().optional() }),
});
const oldSchema = z.object({ format: z.literal(FORMAT - 1) });

export type ExchangeState = Omit<z.infer<typeof stateSchema>, 'format'>;

/** Undefined where there is none yet. Throws in words when it is damaged. */
export function readState(path: string): ExchangeState | undefined {
  const text = readSecretFile(path);
  if (text === undefined) return undefined;
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON: it is no state of an exchange`);
  }
  const old = oldSchema.safeParse(raw);
  if (old.success)
    throw new Error(`${path} was saved by an older build, without the size of ticks and lots: use a new file`);
  const parsed = stateSchema.safeParse(raw);
  if (!parsed.success) throw new Error(`${path} is no state of an exchange: ${parsed.error.issues[0]?.path.join('.')}`);
  const { format: _format, ...state } = parsed.data;
  return state;
}

export function writeState(path: string, state: ExchangeState): void {
  writeSecretFile(path, JSON.stringify({ format: FORMAT, ...state }));
}
