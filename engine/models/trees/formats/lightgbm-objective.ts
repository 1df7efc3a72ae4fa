/** LightGBM's objective as its files have it: a name, then `sigmoid:2`, `num_class:3` or `sqrt`. */
import type { Objective } from '../forest.ts';
import { parseNumber } from './field.ts';

/** NaN as the sigmoid where it is no number: the forest's builder refuses that. */
export function parseObjective(text: string | undefined): Objective {
  const [name = 'none', ...options] = (text ?? 'none').trim().split(/\s+/);
  let sigmoid = 1;
  for (const option of options) {
    if (option.startsWith('sigmoid:')) sigmoid = parseNumber(option.slice('sigmoid:'.length)) ?? Number.NaN;
  }
  return { name: name === '' ? 'none' : name, sigmoid, rooted: options.includes('sqrt') };
}

/** Undefined where the model has none. */
export function objectiveText({ name, sigmoid, rooted }: Objective, groups: number): string | undefined {
  switch (name) {
    case 'none':
      return undefined;
    case 'binary':
      return `binary sigmoid:${sigmoid}`;
    case 'multiclass':
      return `multiclass num_class:${groups}`;
    case 'multiclassova':
      return `multiclassova num_class:${groups} sigmoid:${sigmoid}`;
    default:
      return rooted ? `${name} sqrt` : name;
  }
}
