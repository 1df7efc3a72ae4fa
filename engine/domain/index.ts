/** The only door to the engine's vocabulary. */
export * from './command.ts';
export * from './config.ts';
export * from './control.ts';
export * from './events.ts';
export * from './features.ts';
export * from './input.ts';
export * from './instrument.ts';
export * from './money.ts';
export * from './order.ts';
export * from './policy.ts';
export * from './proposal.ts';
export * from './side.ts';
export * from './units.ts';
