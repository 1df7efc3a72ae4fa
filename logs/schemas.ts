/** Schemas of what a manifest carries over from the engine's vocabulary: instruments, policy, configuration. */
import { z } from 'zod';
import {
  assert,
  CONTROL_MODES,
  DEFAULT_POLICY,
  type EngineConfig,
  INSTRUMENT_KINDS,
  type InstrumentSpec,
  MODEL_KINDS,
  type Policy,
  parseGrid,
  parseMoney,
  strategiesRefusal,
  tomesOf,
  VENUE_KINDS,
} from '../engine/domain/index.ts';
import { cleanText } from './clean-text.ts';
import { tomesSchema } from './tome-schema.ts';

const MAX_INSTRUMENTS = 4096;
/** Beyond any depth a venue publishes; the engine reserves memory for it. */
const MAX_BOOK_LEVELS = 10_000;
/** Levels of all books together: some 34 MB of state. */
const MAX_LEVELS_IN_ALL = 1024 * 1024;

/** Text from outside, made safe to print. */
export const safeText = (maxLength: number): z.ZodPipe<z.ZodString, z.ZodTransform<string, string>> =>
  z.string().max(maxLength).transform(cleanText);

export const wholeNumber = z.int().nonnegative();

const gridText = z.string().refine((text) => parseGrid(text) !== undefined, 'is no positive decimal such as 0.01');
const moneyText = z
  .string()
  .refine((text) => !text.startsWith('-') && parseMoney(text) !== undefined, 'is no decimal amount such as 10000');

export const instrumentSchema = z.object({
  symbol: safeText(64),
  venueSymbol: safeText(64),
  venue: safeText(64),
  kind: z.enum(INSTRUMENT_KINDS),
  base: safeText(32),
  quote: safeText(32),
  tickSize: gridText,
  lotSize: gridText,
  minNotional: moneyText,
  inferred: z.boolean(),
  replacesOrders: z.boolean().optional(),
}) satisfies z.ZodType<InstrumentSpec>;

export const instrumentsSchema = z.array(instrumentSchema).max(MAX_INSTRUMENTS).readonly();

/**
 * The shape of `example`, figure by figure: every key there and no other, every number finite. Taken from the
 * defaults so that no figure of a recorded policy can get lost here when the policy grows.
 */
function shapeOf(example: unknown): z.ZodType {
  if (typeof example === 'number') return z.number();
  if (typeof example === 'boolean') return z.boolean();
  if (typeof example === 'string') return safeText(256);
  if (Array.isArray(example)) return z.array(shapeOf(example[0])).length(example.length);
  assert(example !== null && typeof example === 'object', 'a policy is made of figures, texts, lists and groups');
  return z.strictObject(Object.fromEntries(Object.entries(example).map(([key, value]) => [key, shapeOf(value)])));
}

/** A policy in full. Its shape only: which figures are wise is judged where the operator sets them. */
export const policySchema = shapeOf(DEFAULT_POLICY) as z.ZodType<Policy>;

const configShape = z.object({
  runId: safeText(64),
  seed: z.int(),
  accountCurrency: safeText(16),
  startingCash: moneyText,
  control: z.enum(CONTROL_MODES),
  barIntervalUs: z.int().positive(),
  bookLevels: z.int().positive().max(MAX_BOOK_LEVELS),
  instruments: instrumentsSchema,
  venue: z.enum(VENUE_KINDS),
  policy: policySchema,
  strategies: tomesSchema.optional(),
  models: z.partialRecord(z.enum(MODEL_KINDS), z.string().regex(/^[0-9a-f]{64}$/, 'is no id of a model')).optional(),
}) satisfies z.ZodType<EngineConfig>;

export const engineConfigSchema = configShape
  .refine(
    ({ bookLevels, instruments }) => bookLevels * instruments.length <= MAX_LEVELS_IN_ALL,
    `asks for more than ${MAX_LEVELS_IN_ALL} book levels in all`,
  )
  .superRefine((config, context) => {
    const refusal = strategiesRefusal(tomesOf(config), config.policy.decision);
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: refusal });
  });
