/** The only door to the engine's vocabulary. */
export { assert, InvariantError, unreachable } from '../kernel/assert.ts';
export * from './book-key.ts';
export * from './cleared.ts';
export * from './command.ts';
export * from './config.ts';
export * from './control.ts';
export * from './events.ts';
export * from './features.ts';
export * from './input.ts';
export * from './instrument.ts';
export * from './money.ts';
export * from './order.ts';
export * from './outbox.ts';
export * from './policy.ts';
export * from './proposal.ts';
export * from './report.ts';
export * from './side.ts';
export * from './units.ts';
