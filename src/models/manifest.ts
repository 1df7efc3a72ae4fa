/** What is known of a model beside its file: what it was trained on, how, and what it was worth on bars that it had not seen. */
import { z } from 'zod';
import { MODEL_KINDS } from '../../engine/domain/index.ts';
import { cleanText, issueText } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** Where a model comes from: `chimera train`, this program as it ships, or a file that somebody else trained. */
export const MODEL_SOURCES = ['trained-here', 'shipped', 'imported'] as const;
export type ModelSource = (typeof MODEL_SOURCES)[number];

/** Beyond any manifest; a larger one is not read. */
export const MOST_MANIFEST_BYTES = 1024 * 1024;
const MOST_SERIES = 1_000;
const MOST_FOLDS = 1_000;
const MOST_ELSEWHERE = 16;
const DEEPEST_PLAN = 6;

const text = (most: number): z.ZodType<string> => z.string().max(most).transform(cleanText);
const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** The SHA-256 of a package, which is the model's id. */
export const modelIdSchema = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hex');

/** Bars of one instrument of one session. */
const seriesSchema = z.strictObject({
  /** Its name, or what made the bars where no session did. */
  session: text(128),
  instrument: text(64),
  fromUs: count,
  toUs: count,
  bars: count,
  /** Head of the journal's chain, or the hash of the inputs where there is no journal. */
  journalHash: z
    .string()
    .regex(/^[0-9a-f]{32,64}$/, 'is no hash in hex')
    .optional(),
});

const chancesSchema = z.strictObject({
  areaUnderCurve: share.optional(),
  logLoss: z.number(),
  brier: share,
  calibrationError: share,
  /** Share of rises that came. */
  riseShare: share.optional(),
  baseLogLoss: z.number(),
  baseBrier: share,
  pValue: share,
});

const sideSchema = z.strictObject({
  taken: count,
  hitRate: share.optional(),
  meanReturn: z.number().optional(),
  tStatistic: z.number().optional(),
});

const comparisonSchema = z.strictObject({
  base: z.enum(['nothing', 'champion']),
  meanReturn: z.number(),
  baseReturn: z.number(),
  gain: z.number(),
  low: z.number(),
  high: z.number(),
  pValue: share,
});

/** A `Judgement` of the engine's training. */
const judgementShape = {
  rows: count,
  abstained: count,
  chances: chancesSchema.optional(),
  long: sideSchema,
  short: sideSchema,
  comparison: comparisonSchema.optional(),
  refusals: z.array(z.enum(['too-few-rows', 'no-skill', 'no-gain', 'luck'])).readonly(),
  promoted: z.boolean(),
};
const isConsistent = ({ refusals, promoted }: { refusals: readonly string[]; promoted: boolean }): boolean =>
  promoted === (refusals.length === 0);
const INCONSISTENT = 'says that it is promoted, and why it is not';
const judgementSchema = z.strictObject(judgementShape).refine(isConsistent, INCONSISTENT);

const foldSchema = z.strictObject({
  testFrom: count,
  testTo: count,
  trained: count,
  tested: count,
  areaUnderCurve: share.optional(),
  hash: text(64).optional(),
});

/** A `WalkReport` of the engine's training. */
const reportSchema = z
  .strictObject({
    kind: z.enum(MODEL_KINDS),
    schemaHash: text(64),
    folds: z.array(foldSchema).max(MOST_FOLDS).readonly(),
    ...judgementShape,
  })
  .refine(isConsistent, INCONSISTENT);

/** Figures, texts and lists of them, by name. */
type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain };
const plainSchema = (depth: number): z.ZodType<Plain> => {
  const leaf = z.union([text(256), z.number(), z.boolean()]);
  if (depth === 0) return leaf;
  const inner = plainSchema(depth - 1);
  return z.union([leaf, z.array(inner).max(10_000).readonly(), z.record(text(64), inner).readonly()]);
};
const planSchema = z.record(text(64), plainSchema(DEEPEST_PLAN)).readonly();

const manifestSchema = z
  .strictObject({
    formatVersion: z.literal(1),
    source: z.enum(MODEL_SOURCES),
    /** Of an imported model: when it came. */
    trainedAt: z.iso.datetime(),
    build: text(128),
    /** What it learnt from; nothing of an imported model is known. */
    data: z.array(seriesSchema).max(MOST_SERIES).readonly(),
    /** The bars were those of the simulated market; missing where that is not known. */
    simulated: z.boolean().optional(),
    seed: z.int().optional(),
    /** Plans of dataset and walk and the options of its make, as they were given. */
    plan: z.strictObject({ dataset: planSchema, walk: planSchema, make: planSchema }).optional(),
    /** The walk over `data`, judged against buying nothing. */
    metrics: reportSchema.optional(),
    /** The same predictions judged against another model's of the same rows; missing where no model served. */
    comparison: z.strictObject({ champion: modelIdSchema, judgement: judgementSchema }).optional(),
    /** What the finished model was worth on other bars than those it was trained on, such as recorded ones. */
    elsewhere: z
      .array(
        z.strictObject({
          data: z.array(seriesSchema).max(MOST_SERIES).readonly(),
          simulated: z.boolean(),
          metrics: judgementSchema,
        }),
      )
      .max(MOST_ELSEWHERE)
      .readonly()
      .optional(),
    hashes: z.strictObject({ package: modelIdSchema, schema: text(64) }),
  })
  .refine((each) => each.source === 'imported' || each.metrics !== undefined, 'lacks the figures of its walk');

export type ModelManifest = Readonly<z.infer<typeof manifestSchema>>;
export type ModelJudgement = Readonly<z.infer<typeof judgementSchema>>;
export type ModelReport = Readonly<z.infer<typeof reportSchema>>;
export type ModelSeries = Readonly<z.infer<typeof seriesSchema>>;

/** Checks a manifest and cleans its texts; throws a {@link CommandError} in one line. `what` names it. */
export function checkManifest(value: unknown, what: string): ModelManifest {
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const fault = issueText(result.error, 'it is no manifest of a model');
  throw new CommandError(EXIT.badInput, cleanText(`${what} is refused: ${fault}`));
}

/** The manifest that a text holds; throws like {@link checkManifest}. */
export function parseManifest(json: string, what: string): ModelManifest {
  if (json.length > MOST_MANIFEST_BYTES) throw new CommandError(EXIT.badInput, `${what} is refused: it is too large`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new CommandError(EXIT.badInput, `${what} is refused: it is not JSON`);
  }
  return checkManifest(value, what);
}

/** Text of a manifest as it is kept; same manifest, same text. */
export const manifestText = (manifest: ModelManifest): string => `${JSON.stringify(manifest, undefined, 1)}\n`;
