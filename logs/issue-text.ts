/** What a schema refuses, in a line for people. */
import type { z } from 'zod';

/** The first thing that is wrong, behind the place where it stands; `otherwise` where the schema does not say. */
export function issueText({ issues: [issue] }: z.ZodError, otherwise: string): string {
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  return `${place}${issue?.message ?? otherwise}`;
}
