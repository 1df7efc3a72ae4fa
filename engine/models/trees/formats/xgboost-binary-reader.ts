/**
 * Reads XGBoost's legacy binary model, little-endian dumps of its C structures as versions up to 2 wrote them
 * (`LearnerModelParamLegacy`, `GBTreeModelParam`, `TreeParam`, `RegTree::Node`, `RTreeNodeStat`).
 */
import { type Forest, MISSING, nodeColumns } from '../forest.ts';
import { demand, ForestBuilder, LIMIT, type TreeDraft } from '../forest-builder.ts';
import { ModelFormatError } from '../format-error.ts';
import { sigmoid, transformOf } from '../objectives.ts';
import { singleBelow } from '../single.ts';
import { decodeUtf8 } from './utf8.ts';

/** Bytes of the structures, and of the part of each that is kept for later. */
const LEARNER_REST = 136 - 24;
const MODEL_REST = 160 - 32;
const TREE_REST = 148 - 24;
const NODE_BYTES = 20;
const STATISTICS_BYTES = 16;

/** Throws {@link ModelFormatError} with the byte's place. */
export function readXgboostBinary(bytes: Uint8Array): Forest {
  demand(bytes.length <= LIMIT.bytes, `more than ${LIMIT.bytes} bytes`, 'file');
  const reader = new BinaryReader(bytes);
  if (decodeMagic(bytes) === 'binf') reader.skip(4);
  const base = reader.single();
  const featureCount = reader.integer();
  const groups = Math.max(1, reader.integer());
  reader.skip(8);
  const majorVersion = reader.integer();
  reader.skip(LEARNER_REST);
  const name = reader.text();
  const booster = reader.text();
  demand(booster === 'gbtree' || booster === 'dart', 'the booster is not known', reader.where());
  const head = {
    family: 'xgboost' as const,
    objective: { name, sigmoid: 1, rooted: false },
    featureCount,
    featureNames: [],
    groups,
    averaged: false,
  };
  demand(groups <= LIMIT.groups, `${groups} classes`, reader.where());
  // Versions before 1 kept the margin and not the score. A score that always fits lets the objective be checked first.
  const trial = new Float64Array(groups).fill(0.5);
  let builder = new ForestBuilder({ ...head, baseScores: trial }, reader.where());
  const isMargin = majorVersion < 1 && transformOf('xgboost', name) === 'sigmoid';
  const score = isMargin ? Math.fround(sigmoid(base)) : base;
  builder = new ForestBuilder({ ...head, baseScores: new Float64Array(groups).fill(score) }, reader.where());
  readTrees(reader, booster, builder);
  return builder.finish();
}

function decodeMagic(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 4));
}

function readTrees(reader: BinaryReader, booster: string, builder: ForestBuilder): void {
  const count = reader.integer();
  demand(count >= 0 && count <= LIMIT.trees, `${count} trees`, reader.where());
  reader.skip(28 + MODEL_REST);
  const trees: TreeDraft['nodes'][] = [];
  for (let t = 0; t < count; t++) trees.push(readNodes(reader));
  const groups = trees.map(() => reader.integer());
  const weights = trees.map(() => 1);
  if (booster === 'dart') {
    demand(reader.long() === count, 'not one weight for each tree', reader.where());
    for (let t = 0; t < count; t++) weights[t] = reader.single();
  }
  for (const [t, nodes] of trees.entries()) {
    builder.add({ group: groups[t]!, weight: weights[t]!, nodes, sets: [] }, `tree ${t}`);
  }
}

function readNodes(reader: BinaryReader): TreeDraft['nodes'] {
  reader.skip(4);
  const count = reader.integer();
  demand(count > 0 && count <= LIMIT.nodes, `a tree of ${count} nodes`, reader.where());
  reader.skip(16 + TREE_REST);
  reader.need(count * (NODE_BYTES + STATISTICS_BYTES));
  const nodes = nodeColumns(count);
  nodes.missing.fill(MISSING.nan);
  for (let k = 0; k < count; k++) {
    reader.skip(4);
    nodes.left[k] = reader.integer();
    nodes.right[k] = reader.integer();
    const split = reader.integer();
    const value = reader.single();
    nodes.feature[k] = split & 0x7fffffff;
    nodes.missingLeft[k] = split < 0 ? 1 : 0;
    if (nodes.left[k] === -1) nodes.value[k] = value;
    else nodes.limit[k] = Number.isFinite(value) ? singleBelow(value) : Number.NaN;
  }
  for (let k = 0; k < count; k++) {
    nodes.gain[k] = reader.single();
    nodes.hessian[k] = reader.single();
    reader.skip(8);
  }
  return nodes;
}

class BinaryReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  where(): string {
    return `byte ${this.#at}`;
  }

  need(count: number): void {
    if (count > this.#bytes.length - this.#at) throw new ModelFormatError('cut short', this.where());
  }

  skip(count: number): void {
    this.need(count);
    this.#at += count;
  }

  integer(): number {
    this.skip(4);
    return this.#view.getInt32(this.#at - 4, true);
  }

  long(): number {
    this.skip(8);
    return Number(this.#view.getBigUint64(this.#at - 8, true));
  }

  single(): number {
    this.skip(4);
    return this.#view.getFloat32(this.#at - 4, true);
  }

  text(): string {
    const length = this.long();
    this.skip(length);
    return decodeUtf8(this.#bytes, this.#at - length, this.#at);
  }
}
