/** Pairs of account and belief made to differ in known ways: exactly those must be found, and none where both agree. */
import { compare } from '../../src/brokers/reconcile.ts';
import type { MismatchKind } from '../../src/brokers/reconcile-kinds.ts';
import { repeatWith } from '../soak/check.ts';
import { agreeingPair, CHANGES, type Pair } from './reconcile-pairs.ts';
import { Chance } from './world/virtual-time.ts';

type Compare = typeof compare;
export const KINDS = Object.keys(CHANGES) as MismatchKind[];

/** Kinds after which money is not judged: what was traded is not known on one of the sides. */
const TRADED: readonly MismatchKind[] = ['execution-missing-here', 'execution-missing-there', 'execution-not-ours'];

/** What must be found of a pair that was changed in these ways, at least once each. */
function expectedOf(changes: readonly MismatchKind[]): ReadonlySet<string> {
  if (changes.includes('snapshot-too-old')) return new Set(['snapshot-too-old']);
  const traded = changes.some((kind) => TRADED.includes(kind));
  return new Set(changes.filter((kind) => !(traded && kind.startsWith('balance-'))));
}

/** One pair, changed. @returns what does not hold, or undefined. */
function wrongly(with_: Compare, pair: Pair, changes: readonly MismatchKind[]): string | undefined {
  const found = with_(pair.belief, pair.account, pair.known);
  const kinds = new Set<string>(found.map((each) => each.kind));
  const expected = expectedOf(changes);
  const missed = [...expected].filter((kind) => !kinds.has(kind));
  const extra = [...kinds].filter((kind) => !expected.has(kind));
  const long = found.find((each) => each.line.length > 100 || each.line.includes('undefined'));
  const same = found.length - new Set(found.map((each) => each.identity)).size;
  if (missed.length > 0) return `not found: ${missed.join(', ')}`;
  if (extra.length > 0) return `found for nothing: ${extra.join(', ')}`;
  if (long !== undefined) return `no line: ${long.line}`;
  return same > 0 ? `${same} mismatches share an identity` : undefined;
}

/** Both balances cannot be wrong at once, nor an order gone and changed. */
function someOf(chance: Chance): MismatchKind[] {
  const share = chance.between(1, 9) / 10;
  const some = KINDS.filter((kind) => kind !== 'snapshot-too-old' && chance.is(share));
  return some.includes('balance-short') ? some.filter((kind) => kind !== 'balance-surplus') : some;
}

export interface PairFigures {
  readonly agreeing: number;
  readonly single: number;
  readonly combined: number;
  readonly differences: number;
  readonly kinds: number;
}

/** For each seed an agreeing pair, one of each kind, and three random combinations. Throws at the first that is wrong. */
export function reconcilePairs(count: number, from: number, with_: Compare = compare): PairFigures {
  const figures = { agreeing: 0, single: 0, combined: 0, differences: 0, kinds: KINDS.length };
  const judge = (seed: number, changes: readonly MismatchKind[]): void => {
    const chance = new Chance(seed);
    const pair = agreeingPair(chance);
    for (const kind of changes) CHANGES[kind](pair, chance);
    const wrong = wrongly(with_, pair, changes);
    figures.differences += changes.length;
    if (wrong !== undefined)
      throw new Error(
        `seed ${seed}, ${changes.join(' + ') || 'nothing changed'}: ${wrong}; ${repeatWith('reconcile', seed)}`,
      );
  };
  for (let seed = from; seed < from + count; seed++) {
    judge(seed, []);
    figures.agreeing++;
    for (const kind of KINDS) judge(seed, [kind]);
    figures.single += KINDS.length;
    for (let i = 0; i < 3; i++) judge(seed, someOf(new Chance(seed * 3 + i)));
    figures.combined += 3;
  }
  return figures;
}
