/** Which values of the view the last step changed: keys such as `symbol.0.last`, for highlighting. */
import { modelKey } from '../../state/model-words.ts';
import type { EngineView } from '../../state/view.ts';

const SYMBOL_FIELDS = ['last', 'bid', 'ask', 'spreadBps', 'changePct', 'volume', 'imbalance', 'feed', 'book'] as const;
const POSITION_FIELDS = ['quantity', 'entry', 'mark', 'stop', 'target', 'unrealised', 'rMultiple'] as const;
const ORDER_FIELDS = ['state', 'filled'] as const;
const ACCOUNT_FIELDS = ['equity', 'cash', 'dayPnl', 'fees', 'drawdownPct', 'exposurePct'] as const;
const COUNT_FIELDS = ['decisions', 'proposals', 'gateVetoes', 'fills', 'trades', 'wins'] as const;
const TOP_FIELDS = ['control', 'feed', 'halted', 'kill'] as const;

/** Every comparable value of a view under its key. */
export function flatten(view: EngineView): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const field of TOP_FIELDS) values.set(field, view[field]);
  for (const field of ACCOUNT_FIELDS) values.set(`account.${field}`, view.account[field]);
  for (const field of COUNT_FIELDS) values.set(`count.${field}`, view.counts[field]);
  for (const s of view.symbols) for (const f of SYMBOL_FIELDS) values.set(`symbol.${s.instrument}.${f}`, s[f]);
  for (const p of view.positions) for (const f of POSITION_FIELDS) values.set(`position.${p.instrument}.${f}`, p[f]);
  for (const o of view.orders) for (const f of ORDER_FIELDS) values.set(`order.${o.orderId}.${f}`, o[f]);
  for (const p of view.proposals) {
    values.set(`proposal.${p.proposalId}`, p.revision);
    values.set(`proposal.${p.proposalId}.priceNow`, p.priceNow);
  }
  for (const s of view.suggestions) values.set(`suggestion.${s.suggestionId}`, s.state);
  for (const l of view.limits) values.set(`limit.${l.name}`, l.used);
  for (const v of view.votes) {
    values.set(`vote.${v.instrument}.score`, v.score);
    for (const p of v.producers)
      values.set(`vote.${v.instrument}.${p.producer}`, `${p.status} ${p.direction} ${p.conviction}`);
    if (v.ensemble !== undefined) values.set(`vote.${v.instrument}.ensemble`, v.ensemble.score);
    for (const m of v.models) values.set(`vote.${v.instrument}.${modelKey(m)}`, `${m.status} ${m.chance}`);
  }
  for (const m of view.models ?? [])
    values.set(`health.${modelKey(m)}`, `${m.muted} ${m.outcomes} ${m.brier} ${m.moved} ${m.drifts.join()}`);
  return values;
}

/** Keys whose value differs, or that are on one side only. */
export function changedKeys(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  const keys: string[] = [];
  for (const [key, value] of after) if (before.get(key) !== value) keys.push(key);
  for (const key of before.keys()) if (!after.has(key)) keys.push(key);
  return keys;
}
