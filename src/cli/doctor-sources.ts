/** What `chimera doctor` says about `sources.json`: whether it is used, and whether its keys are there. */
import { existsSync } from 'node:fs';
import type { Finding } from '../brokers/binance/examine.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError } from '../exit-codes.ts';

const check = 'sources';

/** Nothing where there is no document. Asks nobody. */
export async function sourcesFindings(dir: DataDir, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  if (!existsSync(dir.sourcesFile)) return [];
  const { sourcesInForce } = await import('../stores/sources-store.ts');
  const { slowSources } = await import('../sources/open-sources.ts');
  try {
    const file = sourcesInForce(dir);
    slowSources({ file, venue: '', url: undefined, specs: [], env });
    const names = file.sources.map((source) => (source.provider === 'json' ? source.name : source.provider));
    return [{ check, verdict: 'fine', text: names.length === 0 ? 'names none' : `names ${names.join(', ')}` }];
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    const remedy = 'set it right: without it a run on a venue has no readings beside the market';
    return [{ check, verdict: 'warn', text: cause.message, remedy }];
  }
}
