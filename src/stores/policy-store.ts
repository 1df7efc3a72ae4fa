/** The policy in force and every version before it, in `policy.json`: who changed what, and when. */
import { z } from 'zod';
import { DEFAULT_POLICY, type Policy } from '../../engine/domain/index.ts';
import { cleanText, policySchema, redactText } from '../../logs/index.ts';
import type { Author } from '../author.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { JsonStore, type StoreFormat, type StoreOptions } from './json-store.ts';
import { FIGURES, policyRefusal, readFigure } from './policy-figures.ts';

const text = (most: number): z.ZodType<string> =>
  z
    .string()
    .max(most)
    .transform((value) => cleanText(redactText(value)));

const value = z.union([z.number(), z.boolean(), text(256)]);
const changeSchema = z.strictObject({ figure: text(64), from: value, to: value });

const versionSchema = z.strictObject({
  version: z.int().positive(),
  at: z.iso.datetime(),
  who: text(128),
  /** `set`, or `rollback to 3`. */
  how: text(64),
  changes: z.array(changeSchema).max(256),
  policy: policySchema,
});
export type PolicyVersion = z.infer<typeof versionSchema>;
export type PolicyChange = z.infer<typeof changeSchema>;

/** Of the file: raised with every change of the policy's figures. */
const FORMAT = 3;

const fileSchema = z
  .strictObject({ formatVersion: z.literal(FORMAT), versions: z.array(versionSchema).min(1) })
  .superRefine(({ versions }, context) => {
    const inForce = versions.at(-1);
    // That it has none has been said by then.
    if (inForce === undefined) return;
    const misnumbered = versions.some((each, i) => each.version !== i + 1 || each.policy.version !== each.version);
    const refusal = misnumbered ? 'its versions are not numbered 1, 2, 3 …' : policyRefusal(inForce.policy);
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: refusal });
  });
type PolicyFile = z.infer<typeof fileSchema>;

/** Who shipped version 1. */
const SHIPPED: PolicyVersion = {
  version: 1,
  at: '1970-01-01T00:00:00Z',
  who: 'chimera',
  how: 'shipped',
  changes: [],
  policy: { ...DEFAULT_POLICY, version: 1 },
};

type Groups = Readonly<Record<string, Readonly<Record<string, number | boolean | string | readonly number[]>>>>;

/** What format 2 brought, as it stood then: later defaults do not change what an older file means. */
const FIGURES_OF_2: Groups = {
  risk: { maxDecisionsPerSecond: 20 },
  live: {
    enabled: false,
    stopsAtVenue: true,
    clockOffsetLimitUs: 500_000,
    reconcileEveryUs: 60_000_000,
    deadManUs: 30_000_000,
  },
};

/**
 * What format 3 brought: strategies are data and may be weighted, models vote, and are muted where they drift, and a gate asks
 * what an entry gains at its target. The strategies that count stay those that counted, and what was allowed stays allowed.
 */
const FIGURES_OF_3: Groups = {
  risk: { minRewardR: -1 },
  decision: {
    strategies: 'confluence,momentum-volume',
    combination: 'agreement',
    weighting: 'sharpe',
    minWeight: 0.3,
    reweighOutcomes: 20,
    mostOpportunities: 0,
    modelWeights: [0.25, 0.25, 0.3, 0.2],
    minModels: 2,
    minModelScore: 0.1,
    minModelConsensus: 0.6,
    modelDeadZone: 0.1,
  },
  supervision: {
    windowBars: 2_000,
    mostMoved: 0.5,
    windowsInARow: 2,
    leastOutcomes: 2_000,
    fadingOutcomes: 2_000,
    brierMargin: 0.06,
    calibrationMargin: 0.15,
  },
};

/** What format 3 brought as well: producers that speak of readings, behind those that were there. */
const SIGNALS_OF_3 = {
  fundingPpm: 500,
  socialSentiment: 0.3,
  socialMentionsZ: 2,
  whaleWorth: 10_000_000,
  whaleShare: 0.5,
};
const WEIGHTS_OF_3 = [0.5, 0.5, 0.8];

const olderSchema = z.looseObject({
  versions: z.array(z.looseObject({ policy: z.record(z.string(), z.unknown()) })),
});

/** Gives every version of the policy the figures that it lacks. */
function withFigures(document: unknown, groups: Groups): Record<string, unknown> {
  const file = olderSchema.parse(document);
  const versions = file.versions.map((version) => {
    const policy = { ...version.policy };
    for (const [group, figures] of Object.entries(groups)) {
      const known = z.record(z.string(), z.unknown()).parse(policy[group] ?? {});
      policy[group] = { ...figures, ...known };
    }
    return { ...version, policy };
  });
  return { ...file, versions };
}

/** Gives every version of the policy the producers of format 3. */
function withReadings(document: unknown): Record<string, unknown> {
  const file = olderSchema.parse(document);
  const versions = file.versions.map((version) => {
    const decision = z
      .looseObject({ signal: z.record(z.string(), z.unknown()), producerWeights: z.array(z.number()) })
      .parse(version.policy.decision);
    const { signal, producerWeights } = decision;
    const grown = {
      ...decision,
      signal: { ...SIGNALS_OF_3, ...signal },
      producerWeights: [...producerWeights, ...WEIGHTS_OF_3],
    };
    return { ...version, policy: { ...version.policy, decision: grown } };
  });
  return { ...file, versions };
}

export const POLICY_FORMAT: StoreFormat<PolicyFile> = {
  what: 'policy file',
  version: FORMAT,
  schema: fileSchema,
  migrations: {
    1: (document) => withFigures(document, FIGURES_OF_2),
    2: (document) => withReadings(withFigures(document, FIGURES_OF_3)),
  },
  initial: () => ({ formatVersion: FORMAT, versions: [SHIPPED] }),
};

export class PolicyStore {
  readonly #store: JsonStore<PolicyFile>;

  constructor(dir: DataDir, options: StoreOptions = {}) {
    this.#store = new JsonStore(dir.policyFile, POLICY_FORMAT, options);
  }

  get path(): string {
    return this.#store.path;
  }

  /** Every version, the one in force last. */
  versions(): readonly PolicyVersion[] {
    return this.#store.read().versions;
  }

  inForce(): PolicyVersion {
    return this.versions().at(-1)!;
  }

  /** Puts what `change` makes of the policy in force in its place. Throws a {@link CommandError} where bounds refuse it. */
  set(change: (policy: Policy) => Policy, author: Author): PolicyVersion {
    return this.#add(author, (versions) => ({ how: 'set', policy: change(versions.at(-1)!.policy) }));
  }

  /**
   * Puts an older version in force again, under a new number: the one before, unless another is named. `check` throws where
   * nothing would start under it; it is told what is in force as well.
   */
  rollback(
    version: number | undefined,
    author: Author,
    check: (policy: Policy, before: Policy) => void = () => {},
  ): PolicyVersion {
    return this.#add(author, (versions) => {
      const wanted = version ?? versions.length - 1;
      const found = versions[wanted - 1];
      if (found === undefined || wanted === versions.length) {
        const why = found === undefined ? 'is not there' : 'is in force';
        throw new CommandError(EXIT.usage, `version ${wanted} ${why}: see chimera policy history`);
      }
      check(found.policy, versions.at(-1)!.policy);
      return { how: `rollback to ${wanted}`, policy: found.policy };
    });
  }

  #add(
    author: Author,
    change: (versions: readonly PolicyVersion[]) => { readonly how: string; readonly policy: Policy },
  ): PolicyVersion {
    const file = this.#store.update(({ versions }) => {
      const version = versions.length + 1;
      const { how, policy: wanted } = change(versions);
      const policy: Policy = { ...wanted, version };
      const refusal = policyRefusal(policy);
      if (refusal !== undefined) throw new CommandError(EXIT.refused, `policy is unchanged: ${refusal}`);
      const changes = changesBetween(versions.at(-1)!.policy, policy);
      if (changes.length === 0) throw new CommandError(EXIT.refused, 'policy is unchanged: that is what is in force');
      return { formatVersion: FORMAT, versions: [...versions, { ...author, version, how, changes, policy }] };
    });
    return file.versions.at(-1)!;
  }
}

/** The figures in which two policies differ, in the units of their names. */
export function changesBetween(before: Policy, after: Policy): PolicyChange[] {
  return FIGURES.filter((figure) => readFigure(before, figure) !== readFigure(after, figure)).map((figure) => ({
    figure: figure.name,
    from: readFigure(before, figure),
    to: readFigure(after, figure),
  }));
}
