/** Collects the trees of an untrusted file into a forest and refuses what would not predict: the one place of these checks. */
import { type CategorySets, copyNodes, type Forest, type NodeColumns, nodeColumns } from './forest.ts';
import { ModelFormatError } from './format-error.ts';
import { fitsBaseScore, knowsObjective } from './objectives.ts';

/** Most that a file may ask for: far more than any model of ours, and no more than a machine has. */
export const LIMIT = {
  bytes: 64 * 1024 * 1024,
  trees: 1 << 20,
  nodes: 1 << 24,
  features: 1 << 20,
  groups: 1 << 12,
  categoryWords: 1 << 22,
  categories: 1 << 24,
  nameLength: 512,
} as const;

/** One tree as its file has it; children may still be anything. */
export interface TreeDraft {
  readonly group: number;
  readonly weight: number;
  readonly nodes: NodeColumns;
  /** The category sets that `nodes.categorySet` counts through. */
  readonly sets: readonly Uint32Array[];
}

/** All of a forest but its trees. */
export type ForestHead = Omit<Forest, 'trees' | 'nodes' | 'categories'>;

/** Throws {@link ModelFormatError} unless `holds`. */
export function demand(holds: boolean, what: string, where: string): asserts holds {
  if (!holds) throw new ModelFormatError(what, where);
}

export class ForestBuilder {
  readonly #head: ForestHead;
  readonly #drafts: TreeDraft[] = [];
  #nodes = 0;
  #words = 0;

  /** Refuses a head whose counts, names, objective or base scores cannot be. */
  constructor(head: ForestHead, where: string) {
    checkHead(head, where);
    this.#head = head;
  }

  /** Takes a tree over; `where` names it in an error. */
  add(draft: TreeDraft, where: string): void {
    this.#nodes += draft.nodes.feature.length;
    this.#words += draft.sets.reduce((sum, words) => sum + words.length, 0);
    demand(this.#drafts.length < LIMIT.trees, `more than ${LIMIT.trees} trees`, where);
    demand(this.#nodes <= LIMIT.nodes, `more than ${LIMIT.nodes} nodes`, where);
    demand(this.#words <= LIMIT.categoryWords, 'category sets too large', where);
    demand(isIndex(draft.group, this.#head.groups), `no class ${draft.group}`, where);
    demand(Number.isFinite(draft.weight), `weight ${draft.weight}`, where);
    checkTree(draft, this.#head, where);
    this.#drafts.push(draft);
  }

  finish(): Forest {
    const first = new Int32Array(this.#drafts.length + 1);
    const nodes = nodeColumns(this.#nodes);
    let at = 0;
    let sets = 0;
    for (const [t, draft] of this.#drafts.entries()) {
      const count = draft.nodes.feature.length;
      copyNodes(draft.nodes, 0, count, nodes, at);
      for (let k = at; k < at + count; k++) if (nodes.categorySet[k]! >= 0) nodes.categorySet[k]! += sets;
      at += count;
      sets += draft.sets.length;
      first[t + 1] = at;
    }
    return {
      ...this.#head,
      trees: {
        first,
        group: Int32Array.from(this.#drafts, ({ group }) => group),
        weight: Float64Array.from(this.#drafts, ({ weight }) => weight),
      },
      nodes,
      categories: joinSets(this.#drafts.flatMap((draft) => draft.sets)),
    };
  }
}

function isIndex(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count;
}

function checkHead(head: ForestHead, where: string): void {
  const { family, objective, featureCount, featureNames, groups, baseScores } = head;
  demand(isIndex(featureCount - 1, LIMIT.features), `${featureCount} features`, where);
  demand(isIndex(groups - 1, LIMIT.groups), `${groups} classes`, where);
  demand(knowsObjective(family, objective.name), `the objective ${objective.name.slice(0, 80)} is not known`, where);
  demand(Number.isFinite(objective.sigmoid) && objective.sigmoid > 0, `sigmoid ${objective.sigmoid}`, where);
  const isMany = /^multi(?::|class)/.test(objective.name);
  demand(isMany === groups > 1, `${groups} classes for the objective ${objective.name}`, where);
  demand(baseScores.length === groups, `${baseScores.length} base scores for ${groups} classes`, where);
  for (const score of baseScores) {
    const fits = family === 'xgboost' ? fitsBaseScore(objective.name, score) : score === 0;
    demand(fits, `base score ${score} for the objective ${objective.name}`, where);
  }
  const named = featureNames.length;
  demand(named === 0 || named === featureCount, `${named} names for ${featureCount} features`, where);
  for (const name of featureNames) {
    demand(
      name.length > 0 && name.length <= LIMIT.nameLength,
      'a feature without a name or with an endless one',
      where,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a name
    demand(!/[\u0000-\u001f\u007f-\u009f]/.test(name), 'a control character in the name of a feature', where);
  }
}

/**
 * Follows the tree from its root: every node on the way once, every child and feature there, every number finite.
 * Nodes that nothing leads to, which XGBoost leaves behind when it prunes, become empty leaves.
 */
function checkTree(draft: TreeDraft, { family, featureCount }: ForestHead, where: string): void {
  const { nodes, sets } = draft;
  const count = nodes.feature.length;
  demand(count > 0, 'a tree without a node', where);
  const seen = new Uint8Array(count);
  const open = [0];
  seen[0] = 1;
  while (open.length > 0) {
    const k = open.pop()!;
    if (nodes.left[k] === -1) checkLeaf(nodes, k, where);
    else {
      checkSplit(nodes, k, featureCount, sets.length, where);
      for (const child of [nodes.left[k]!, nodes.right[k]!]) {
        demand(isIndex(child, count), `node ${k} leads to node ${child} of ${count}`, where);
        demand(seen[child] === 0, `node ${child} is reached twice`, where);
        seen[child] = 1;
        open.push(child);
      }
    }
  }
  for (let k = 0; k < count; k++) {
    if (seen[k] === 1) continue;
    demand(family === 'xgboost', `nothing leads to node ${k}`, where);
    clear(nodes, k);
  }
}

function checkLeaf(nodes: NodeColumns, k: number, where: string): void {
  demand(nodes.right[k] === -1, `node ${k} has one child only`, where);
  demand(Number.isFinite(nodes.value[k]!), `leaf ${k} has the value ${nodes.value[k]}`, where);
  nodes.feature[k] = -1;
  nodes.categorySet[k] = -1;
}

function checkSplit(nodes: NodeColumns, k: number, features: number, sets: number, where: string): void {
  const feature = nodes.feature[k]!;
  demand(isIndex(feature, features), `node ${k} asks for feature ${feature} of ${features}`, where);
  const set = nodes.categorySet[k]!;
  demand(set === -1 || isIndex(set, sets), `node ${k} asks for category set ${set} of ${sets}`, where);
  demand(set >= 0 || !Number.isNaN(nodes.limit[k]!), `node ${k} has no threshold`, where);
  demand(nodes.missing[k]! <= 2, `node ${k} has the missing type ${nodes.missing[k]}`, where);
}

function clear(nodes: NodeColumns, k: number): void {
  nodes.feature[k] = -1;
  nodes.left[k] = -1;
  nodes.right[k] = -1;
  nodes.categorySet[k] = -1;
  nodes.value[k] = 0;
}

function joinSets(sets: readonly Uint32Array[]): CategorySets {
  const bounds = new Int32Array(sets.length + 1);
  for (const [k, words] of sets.entries()) bounds[k + 1] = bounds[k]! + words.length;
  const words = new Uint32Array(bounds[sets.length]!);
  for (const [k, set] of sets.entries()) words.set(set, bounds[k]!);
  return { bounds, words };
}
