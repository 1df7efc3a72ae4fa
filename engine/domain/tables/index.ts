/** The state's columns: data that stages share. Only core allocates them, only stages write them. */
export * from './decision.ts';
export * from './execution.ts';
export * from './market.ts';
export * from './models.ts';
export * from './outcomes.ts';
export * from './readings.ts';
export * from './strategy.ts';
export * from './supervision.ts';
