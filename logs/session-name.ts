/** The names a session may bear, apart from everything that reads them: the command line checks names before it loads more. */

const SESSION_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** Ending of the folder of an import under way. */
export const PARTIAL_SUFFIX = '.partial';

/** Whether a session may bear the name: lower case, digits, dot, underscore, dash; not that of a partial import. */
export function isSessionName(name: string): boolean {
  return SESSION_NAME.test(name) && !name.endsWith(PARTIAL_SUFFIX);
}
