/** The make of either net: what is possible, and how it is written into a file of weights and read back. */
import type { KernelsOver } from './kernels.ts';
import type { Net } from './net.ts';
import { NHits, type NHitsShape } from './nhits.ts';
import { PatchTst, type PatchTstShape, patchCount } from './patchtst.ts';
import { quoted } from './safetensors.ts';

/** The make of a net. */
export type NetShape = NHitsShape | PatchTstShape;

/** Bounds on what a file may ask for: they keep the memory of a net for one window below some hundred MB. */
const MOST = { channels: 64, steps: 1024, horizon: 256, width: 512, heads: 16, stacks: 8, layers: 8, tokens: 128 };
/** Weights of one layer, and values that pass through all layers of an encoder for one window. */
const MOST_VALUES = 1_048_576;

/** A net of this make over new memory; the make must be {@link shapeBreach possible}. */
export function openNet(shape: NetShape, capacity: number, kernelsOver: KernelsOver): Net {
  return shape.kind === 'nhits' ? new NHits(shape, capacity, kernelsOver) : new PatchTst(shape, capacity, kernelsOver);
}

/** Why there is no net of this make, or nothing. */
export function shapeBreach(shape: NetShape): string | undefined {
  const { channels, steps, horizon } = shape;
  if (!within(channels, MOST.channels)) return `channels ${channels}`;
  if (!within(steps, MOST.steps)) return `steps ${steps}`;
  if (!within(horizon, MOST.horizon)) return `horizon ${horizon}`;
  return shape.kind === 'nhits' ? nhitsBreach(shape) : patchTstBreach(shape);
}

function within(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

function nhitsBreach({ channels, steps, horizon, hiddenWidth, stacks }: NHitsShape): string | undefined {
  if (!within(hiddenWidth, MOST.width)) return `hidden width ${hiddenWidth}`;
  if (channels * steps * hiddenWidth > MOST_VALUES) return `${channels} × ${steps} values into ${hiddenWidth}`;
  if (!within(stacks.length, MOST.stacks)) return `${stacks.length} stacks`;
  for (const { pool, backcastKnots, forecastKnots } of stacks) {
    if (!within(pool, steps) || steps % pool !== 0) return `${steps} steps in pools of ${pool}`;
    if (!within(backcastKnots, steps)) return `${backcastKnots} knots for ${steps} steps`;
    if (!within(forecastKnots, horizon)) return `${forecastKnots} knots for a horizon of ${horizon}`;
  }
  return undefined;
}

function patchTstBreach(shape: PatchTstShape): string | undefined {
  const { channels, steps, horizon, patch, stride, width, heads, feedForward, layers } = shape;
  if (!within(patch, steps)) return `patches of ${patch} from ${steps} steps`;
  if (!within(stride, steps)) return `a stride of ${stride}`;
  if (patchCount(shape) > MOST.tokens) return `${patchCount(shape)} patches`;
  if (!within(width, MOST.width)) return `width ${width}`;
  if (!within(heads, MOST.heads) || width % (4 * heads) !== 0)
    return `${heads} heads in a width of ${width}: a head takes whole fours`;
  if (!within(feedForward, 4 * width)) return `feed forward ${feedForward}`;
  if (!within(layers, MOST.layers)) return `${layers} layers`;
  const values = channels * patchCount(shape) * width;
  return values * Math.max(layers, horizon) > MOST_VALUES ? `${values} values of tokens` : undefined;
}

const NHITS_FIELDS = ['channels', 'steps', 'horizon', 'hiddenWidth'] as const;
const PATCHTST_FIELDS = [
  ...(['channels', 'steps', 'horizon', 'patch', 'stride'] as const),
  ...(['width', 'heads', 'feedForward', 'layers'] as const),
];
const STACK_FIELDS = ['pool', 'backcastKnots', 'forecastKnots'] as const;

/** The make as texts, by name. */
export function describeShape(shape: NetShape): Record<string, string> {
  if (shape.kind === 'patchtst') return { kind: shape.kind, ...numbers(shape, PATCHTST_FIELDS) };
  const stacks = shape.stacks.map((stack) => STACK_FIELDS.map((field) => stack[field]).join(':')).join(' ');
  return { kind: shape.kind, ...numbers(shape, NHITS_FIELDS), stacks };
}

function numbers<F extends string>(shape: Readonly<Record<F, number>>, fields: readonly F[]): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [field, String(shape[field])]));
}

/** Reads what {@link describeShape} wrote; a text that says why not, where it is no possible make. */
export function parseShape(texts: Readonly<Record<string, string>>): NetShape | string {
  const kind = texts.kind;
  if (kind !== 'nhits' && kind !== 'patchtst') return `no net of kind ${quoted(kind ?? '')}`;
  const shape = kind === 'nhits' ? parseNHits(texts) : parsePatchTst(texts);
  return shapeBreach(shape) ?? shape;
}

function parseNHits(texts: Readonly<Record<string, string>>): NHitsShape {
  const stacks = (texts.stacks ?? '').split(' ').map((stack) => {
    const parts = stack.split(':');
    const named = Object.fromEntries(STACK_FIELDS.map((field, i) => [field, parts[i] ?? '']));
    return parts.length === STACK_FIELDS.length ? parseNumbers(named, STACK_FIELDS) : parseNumbers({}, STACK_FIELDS);
  });
  return { kind: 'nhits', ...parseNumbers(texts, NHITS_FIELDS), stacks };
}

function parsePatchTst(texts: Readonly<Record<string, string>>): PatchTstShape {
  return { kind: 'patchtst', ...parseNumbers(texts, PATCHTST_FIELDS) };
}

/** Whole numbers by name; what is none becomes 0, which no make has. */
function parseNumbers<F extends string>(
  texts: Readonly<Record<string, string>>,
  fields: readonly F[],
): Record<F, number> {
  const parsed = fields.map((field): [string, number] => [
    field,
    /^[1-9]\d{0,8}$/.test(texts[field] ?? '') ? Number(texts[field]) : 0,
  ]);
  return Object.fromEntries(parsed) as Record<F, number>;
}
