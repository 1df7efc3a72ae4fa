/** The strategies of a run, read once from their tomes: blocks with the numbers they judge by under the run's policy. */
import {
  type BlockKind,
  type BlockName,
  blockDefinition,
  countingNames,
  type DecisionPolicy,
  isBlock,
  parametersOf,
  strategiesRefusal,
  type Tome,
  type TomeBlock,
} from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { type AnyBlock, blockNamed } from './blocks/index.ts';

export interface PreparedPart {
  readonly name: BlockName;
  readonly block: AnyBlock;
  readonly kind: BlockKind;
  readonly parameters: Readonly<Record<string, number>>;
}

export interface PreparedStrategy {
  readonly name: string;
  readonly title: string;
  /** False while it only observes. */
  readonly counts: boolean;
  readonly when: readonly PreparedPart[];
  readonly unless: readonly PreparedPart[];
}

/** Throws an InvariantError where they cannot run: whoever took them from outside has asked `strategiesRefusal`. */
export function prepareStrategies(tomes: readonly Tome[], policy: DecisionPolicy): readonly PreparedStrategy[] {
  const refusal = strategiesRefusal(tomes, policy);
  assert(refusal === undefined, refusal ?? '');
  const counting = countingNames(policy);
  const part = (block: TomeBlock): PreparedPart => preparePart(block, policy);
  return tomes.map(({ name, title, when, unless }) => ({
    name,
    title,
    counts: counting.includes(name),
    when: when.map(part),
    unless: unless.map(part),
  }));
}

function preparePart(given: TomeBlock, policy: DecisionPolicy): PreparedPart {
  const { block: name } = given;
  assert(isBlock(name), `no block ${name}`);
  const { kind } = blockDefinition(name);
  return { name, block: blockNamed(name), kind, parameters: parametersOf(given, policy) };
}
