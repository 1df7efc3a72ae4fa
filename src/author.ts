/** Who makes a change, and when: what stores write beside it. */
import { userInfo } from 'node:os';
import { cleanText } from '../logs/clean-text.ts';

/** Who does something, and when. */
export interface Author {
  readonly who: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The account that this process runs under, now. */
export function author(): Author {
  let who = `uid ${process.getuid?.() ?? 'unknown'}`;
  try {
    who = cleanText(userInfo().username).slice(0, 64);
  } catch {
    // An account without a name keeps its number.
  }
  return { who, at: new Date().toISOString() };
}
