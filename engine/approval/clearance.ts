/** The three ways an order can be cleared. Nothing else in the engine makes a {@link ClearedOrder}. */
import type { Clearance, ClearedOrder, OrderIntent } from '../domain/index.ts';

function mint(intent: OrderIntent, clearance: Clearance): ClearedOrder {
  return { ...intent, clearance } as ClearedOrder;
}

/** The operator said yes to this proposal, and risk was checked again. */
export const clearByOperator = (intent: OrderIntent): ClearedOrder => mint(intent, 'operator');

/** Policy lets it go: control is auto, or the veto window has lapsed. Never counted as the operator's yes. */
export const clearByPolicy = (intent: OrderIntent): ClearedOrder => mint(intent, 'policy');

/** Stops, targets, time exits and flattening: they only reduce and need no person. */
export const clearProtective = (intent: OrderIntent & { readonly reduceOnly: true }): ClearedOrder =>
  mint(intent, 'protective');
