/** Market data records of the engine's inputs as acts of a market. */
import { AT, FLAG_BUYER_MAKER, type InputCursor, RECORD } from '../../../engine/domain/index.ts';
import type { BookSide, CrowdLevel } from '../model/port.ts';
import type { MarketAct } from './source.ts';

/** Undefined for what is no act of a market: quotes are the top of the book, which the exchange works out itself. */
export function actOf({ view, offset }: InputCursor): MarketAct | undefined {
  const type = view.getUint8(offset + AT.type);
  const instrument = view.getUint16(offset + AT.instrument, true);
  if (type === RECORD.trade) {
    return {
      kind: 'trade',
      instrument,
      priceTicks: view.getFloat64(offset + AT.tradePrice, true),
      lots: view.getFloat64(offset + AT.tradeQuantity, true),
      buyerIsMaker: (view.getUint8(offset + AT.flags) & FLAG_BUYER_MAKER) !== 0,
    };
  }
  if (type !== RECORD.depth && type !== RECORD.snapshot) return undefined;
  const bids = view.getUint32(offset + AT.bidCount, true);
  const asks = view.getUint32(offset + AT.askCount, true);
  const levels: CrowdLevel[] = [];
  const read = (count: number, side: BookSide, from: number): void => {
    for (let i = 0; i < count; i++) {
      const priceTicks = view.getFloat64(from + i * 16, true);
      levels.push({ side, priceTicks, lots: view.getFloat64(from + i * 16 + 8, true) });
    }
  };
  read(bids, 'bid', offset + AT.levels);
  read(asks, 'ask', offset + AT.levels + bids * 16);
  return { kind: 'levels', instrument, levels, isWhole: type === RECORD.snapshot };
}
