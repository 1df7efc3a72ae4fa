/** A tome: one strategy as data, put together from building blocks. What it may say is judged here, where no file is known. */
import { assert } from '../kernel/assert.ts';
import { blockDefinition, isBlock, isTomeFigure, type Parameter, TOME_FIGURES } from './blocks.ts';
import type { EngineConfig } from './config.ts';
import type { DecisionPolicy } from './policy.ts';
import { SHIPPED_TOMES } from './shipped-tomes.ts';

export const TOME_FORMAT = 'chimera-tome-1';

/** A block by its name, and its parameters: numbers, figures of policy such as `decision.minScore`, or one of its words. */
export interface TomeBlock {
  readonly block: string;
  readonly [parameter: string]: string | number;
}

/**
 * A direction when all blocks of `when` hold and those of them that have a direction give the same one; none where a
 * condition of `unless` holds, or a direction of `unless` is the other way.
 */
export interface Tome {
  readonly format: typeof TOME_FORMAT;
  readonly name: string;
  readonly title: string;
  readonly when: readonly TomeBlock[];
  readonly unless: readonly TomeBlock[];
}

/** A run may have so many strategies in all: the weights and the learner keep a row for each. */
export const MOST_STRATEGIES = 24;
export const MOST_BLOCKS = 8;
export const TOME_NAME = /^[a-z][a-z0-9-]{0,23}$/;
export const LONGEST_TITLE = 80;

/** Why a tome of the right shape cannot be run, in one line that begins with the place; undefined when it can. */
export function tomeRefusal(tome: Tome): string | undefined {
  if (!TOME_NAME.test(tome.name)) return 'name: 1 to 24 small letters, digits and hyphens, a letter first';
  if (tome.title.trim() === '' || tome.title.length > LONGEST_TITLE) return `title: 1 to ${LONGEST_TITLE} characters`;
  for (const [list, blocks] of [
    ['when', tome.when],
    ['unless', tome.unless],
  ] as const) {
    if (blocks.length > MOST_BLOCKS) return `${list}: at most ${MOST_BLOCKS} blocks`;
    for (const [i, block] of blocks.entries()) {
      const refusal = blockRefusal(block);
      if (refusal !== undefined) return `${list}[${i}]: ${refusal}`;
    }
  }
  if (tome.when.some(({ block }) => isBlock(block) && blockDefinition(block).kind === 'direction')) return undefined;
  return 'when: needs a block with a direction, such as vote';
}

function blockRefusal({ block, ...given }: TomeBlock): string | undefined {
  if (!isBlock(block)) return `there is no block ${JSON.stringify(block)}: see chimera strategies blocks`;
  const { parameters } = blockDefinition(block);
  for (const [name, value] of Object.entries(given)) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) {
      return `${block} takes ${Object.keys(parameters).join(', ')}, not ${JSON.stringify(name)}`;
    }
    if (fits(parameter, value)) continue;
    const figure = 'choices' in parameter ? '' : ' or a figure such as decision.minScore';
    return `${block}: ${name} is ${valueText(parameter)}${figure}, not ${JSON.stringify(value)}`;
  }
  return undefined;
}

function fits(parameter: Parameter, value: string | number): boolean {
  if ('choices' in parameter) return typeof value === 'string' && parameter.choices.includes(value);
  if (typeof value === 'string') return isTomeFigure(value);
  const { least, most, whole } = parameter;
  return value >= least && value <= most && (whole !== true || Number.isInteger(value));
}

/** What a parameter may be, in words. */
export function valueText(parameter: Parameter): string {
  if ('choices' in parameter) return `one of ${parameter.choices.join(', ')}`;
  const { least, most, whole } = parameter;
  return `a ${whole === true ? 'whole ' : ''}number from ${least} to ${most}`;
}

/** The numbers of a block that {@link tomeRefusal} lets pass, under this policy. */
export function parametersOf({ block, ...given }: TomeBlock, policy: DecisionPolicy): Record<string, number> {
  assert(isBlock(block), `no block ${block}`);
  const numbers: Record<string, number> = {};
  for (const [name, parameter] of Object.entries(blockDefinition(block).parameters)) {
    const value = given[name] ?? parameter.otherwise;
    if ('choices' in parameter) numbers[name] = parameter.choices.indexOf(String(value));
    else if (typeof value === 'number') numbers[name] = value;
    else if (isTomeFigure(value)) numbers[name] = TOME_FIGURES[value](policy);
  }
  return numbers;
}

/** The strategies of a run: those that ship where its configuration names none. */
export const tomesOf = ({ strategies }: Pick<EngineConfig, 'strategies'>): readonly Tome[] =>
  strategies ?? SHIPPED_TOMES;

/** Names that a policy lets count, in its order. */
export const countingNames = ({ strategies }: Pick<DecisionPolicy, 'strategies'>): readonly string[] =>
  strategies.split(',');

/** Why these strategies cannot run together under a policy, in one line; undefined when they can. */
export function strategiesRefusal(tomes: readonly Tome[], policy: DecisionPolicy): string | undefined {
  if (tomes.length > MOST_STRATEGIES) return `there are ${tomes.length} strategies, at most ${MOST_STRATEGIES} can run`;
  const names = tomes.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return `two strategies are named ${twice}`;
  const missing = countingNames(policy).find((name) => !names.includes(name));
  if (missing !== undefined) return `policy counts the strategy ${missing} (decision.strategies), which is not there`;
  for (const tome of tomes) {
    const refusal = tomeRefusal(tome);
    if (refusal !== undefined) return `strategy ${tome.name}: ${refusal}`;
  }
  return undefined;
}
