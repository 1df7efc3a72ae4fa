/** Assertions that stay on in production: a broken invariant stops the engine, it is never repaired. */

/** Thrown when the program itself is wrong. The host stops the engine; the journal is the truth. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws {@link InvariantError} unless `condition` holds. Never used for input that comes from outside. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Closes an exhaustive `switch`: reaching it is a compile error, and at run time a broken invariant. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable value ${String(value)}`);
}
