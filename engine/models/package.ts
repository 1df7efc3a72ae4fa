/**
 * A model with all that belongs to its use, as one file: eight bytes that name the format, four with the length of a header,
 * the header in JSON, then the model in its own format (XGBoost UBJSON, LightGBM text, safetensors). What is read may come from
 * anywhere: whatever does not hold is refused with a {@link ModelFormatError}.
 */
import { canonical, MODEL_KINDS, type ModelKind, WINDOW_STEPS_MOST } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import type { Barriers } from './barriers.ts';
import type { Calibrator } from './calibrator.ts';
import { ModelFormatError } from './trees/format-error.ts';
import { Field } from './trees/formats/field.ts';
import { decodeUtf8, encodeUtf8 } from './trees/formats/utf8.ts';

/** What a rise means to the model: the barriers of its labels, and what their distances are counted in. */
export interface PackageLabel extends Barriers {
  readonly width: 'atr' | 'volatility';
}

/** How a feature lay in what was learnt from: inner edges of its bins, ascending, and the share of the rows in each. */
export interface FeatureBins {
  readonly edges: readonly number[];
  /** One more than edges, and last the share of rows where the feature was not valid; together 1. */
  readonly shares: readonly number[];
}

/** What the model's chances were worth out of sample: what is far worse than this has drifted. */
export interface PackageSkill {
  readonly rows: number;
  readonly areaUnderCurve: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly calibrationError: number;
  /** Share of rises. */
  readonly baseRate: number;
}

export interface PackageHeader {
  readonly kind: ModelKind;
  /** As it is shown: letters, digits, dots and dashes. */
  readonly name: string;
  /** Schema of the features; a model of another one abstains. */
  readonly schemaHash: string;
  /** Returns of a window; 0 for trees. */
  readonly windowSteps: number;
  /** Bars it was trained on. */
  readonly barIntervalUs: number;
  /** Missing where the model was not trained here, and its log-odds are taken as they are. */
  readonly calibrator?: Calibrator;
  readonly label?: PackageLabel;
  /** One for each feature of the schema. */
  readonly reference?: readonly FeatureBins[];
  readonly skill?: PackageSkill;
}

export interface ModelPackage {
  readonly header: PackageHeader;
  /** In the format of its kind. */
  readonly model: Uint8Array;
}

/** `CHIMDL1` and a line feed. */
const MAGIC = [0x43, 0x48, 0x49, 0x4d, 0x44, 0x4c, 0x31, 0x0a];
const PREFIX_BYTES = MAGIC.length + 4;
const MOST_HEADER_BYTES = 4_000_000;
const MOST_EDGES = 100;
const MOST_STEPS = 100_000;
const MOST_FEATURES = 4_096;
const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;

/** The file's bytes; same package, same bytes. */
export function writePackage({ header, model }: ModelPackage): Uint8Array {
  const json = encodeUtf8(canonical(header));
  assert(json.length <= MOST_HEADER_BYTES, 'the header of a model is too long');
  const bytes = new Uint8Array(PREFIX_BYTES + json.length + model.length);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(MAGIC.length, json.length, true);
  bytes.set(json, PREFIX_BYTES);
  bytes.set(model, PREFIX_BYTES + json.length);
  return bytes;
}

/** Reads a package; the model itself is opened by `openModel`. */
export function readPackage(bytes: Uint8Array): ModelPackage {
  if (!MAGIC.every((byte, k) => bytes[k] === byte) || bytes.length < PREFIX_BYTES) {
    throw new ModelFormatError('not a model of chimera', 'file');
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const end = PREFIX_BYTES + length;
  if (length > MOST_HEADER_BYTES || end > bytes.length) throw new ModelFormatError('the header does not end', 'file');
  return { header: readHeader(jsonField(decodeUtf8(bytes, PREFIX_BYTES, end))), model: bytes.slice(end) };
}

function jsonField(text: string): Field {
  try {
    return new Field(JSON.parse(text), 'header');
  } catch {
    throw new ModelFormatError('the header is not JSON', 'header');
  }
}

function readHeader(field: Field): PackageHeader {
  const kind = oneOf(field.at('kind'), MODEL_KINDS);
  const name = field.at('name');
  if (!NAME.test(name.text())) name.refuse('not a name of small letters, digits, dots and dashes');
  const windowSteps = field.at('windowSteps').integer(0, WINDOW_STEPS_MOST);
  const isNet = kind === 'nhits' || kind === 'patchtst';
  if (isNet !== windowSteps > 0) field.at('windowSteps').refuse(`${windowSteps} returns for ${kind}`);
  const calibrator = field.find('calibrator');
  const label = field.find('label');
  const reference = field.find('reference');
  const skill = field.find('skill');
  return {
    ...{ kind, name: name.text(), windowSteps },
    schemaHash: field.at('schemaHash').text(),
    barIntervalUs: field.at('barIntervalUs').integer(1, Number.MAX_SAFE_INTEGER),
    ...(calibrator && { calibrator: readCalibrator(calibrator) }),
    ...(label && { label: readLabel(label) }),
    ...(reference && { reference: reference.items(MOST_FEATURES).map(readBins) }),
    ...(skill && { skill: readSkill(skill) }),
  };
}

function oneOf<T extends string>(field: Field, known: readonly T[]): T {
  const text = field.text();
  return known.find((each) => each === text) ?? field.refuse(`not one of ${known.join(', ')}`);
}

function finite(field: Field): number {
  const value = field.number();
  return Number.isFinite(value) ? value : field.refuse('not finite');
}

function share(field: Field): number {
  const value = field.number();
  return value >= 0 && value <= 1 ? value : field.refuse('not a share from 0 to 1');
}

function positive(field: Field): number {
  const value = finite(field);
  return value > 0 ? value : field.refuse('not above zero');
}

/** Finite numbers, each above the one before. */
function ascending(field: Field, most: number): number[] {
  const values = field.items(most).map(finite);
  if (values.some((value, k) => k > 0 && !(value > values[k - 1]!))) field.refuse('does not ascend');
  return values;
}

function readCalibrator(field: Field): Calibrator {
  const kind = oneOf(field.at('kind'), ['isotonic', 'platt']);
  if (kind === 'platt') {
    const sigmoid = field.at('sigmoid');
    return { kind, sigmoid: { slope: finite(sigmoid.at('slope')), offset: finite(sigmoid.at('offset')) } };
  }
  const steps = field.at('steps');
  const ends = ascending(steps.at('ends'), MOST_STEPS);
  const values = steps.at('values').items(MOST_STEPS).map(share);
  if (ends.length === 0 || ends.length !== values.length) steps.refuse('not one value for each step');
  return { kind, steps: { ends, values }, least: share(field.at('least')) };
}

function readLabel(field: Field): PackageLabel {
  return {
    width: oneOf(field.at('width'), ['atr', 'volatility']),
    profitWidths: positive(field.at('profitWidths')),
    stopWidths: positive(field.at('stopWidths')),
    limitBars: field.at('limitBars').integer(1, 1_000_000),
  };
}

function readBins(field: Field): FeatureBins {
  const edges = ascending(field.at('edges'), MOST_EDGES);
  const shares = field
    .at('shares')
    .items(MOST_EDGES + 2)
    .map(share);
  if (shares.length !== edges.length + 2) field.refuse('not one share for each bin');
  return { edges, shares };
}

function readSkill(field: Field): PackageSkill {
  return {
    rows: field.at('rows').integer(1, Number.MAX_SAFE_INTEGER),
    areaUnderCurve: share(field.at('areaUnderCurve')),
    logLoss: finite(field.at('logLoss')),
    brier: share(field.at('brier')),
    calibrationError: share(field.at('calibrationError')),
    baseRate: share(field.at('baseRate')),
  };
}
