/** The input under a cursor in a few words, for the replay's status line. */
import {
  AT,
  blockersOf,
  COMMAND_WIDTH,
  decodeCommand,
  FLAG_BUYER_MAKER,
  FLAG_DEGRADED,
  GAP_REASONS,
  type InputCursor,
  type Instrument,
  MODEL_CHANGES,
  MODEL_KINDS,
  MODEL_ROLES,
  READING_SOURCES,
  RECORD,
  REPORT_KINDS,
} from '../../engine/domain/index.ts';
import { lotsText, priceText } from './view-market.ts';

export function describeInput(input: InputCursor, instruments: readonly Instrument[]): string {
  const { view, offset } = input;
  const f = (at: number): number => view.getFloat64(offset + at, true);
  const instrument = instruments[view.getUint16(offset + AT.instrument, true)];
  const name = instrument?.symbol ?? '';
  const price = (at: number): string => (instrument === undefined ? '' : (priceText(f(at), instrument) ?? '0'));
  const lots = (at: number): string => (instrument === undefined ? '' : lotsText(f(at), instrument));
  switch (view.getUint8(offset + AT.type)) {
    case RECORD.trade: {
      const sold = (view.getUint8(offset + AT.flags) & FLAG_BUYER_MAKER) !== 0;
      return `trade ${name} ${sold ? 'sell' : 'buy'} ${lots(AT.tradeQuantity)} @ ${price(AT.tradePrice)}`;
    }
    case RECORD.quote:
      return `quote ${name} ${price(AT.bidPrice)} / ${price(AT.askPrice)}`;
    case RECORD.depth:
      return `depth ${name} ${view.getUint32(offset + AT.bidCount, true)} bids ${view.getUint32(offset + AT.askCount, true)} asks`;
    case RECORD.snapshot:
      return `snapshot ${name} ${view.getUint32(offset + AT.bidCount, true)} bids ${view.getUint32(offset + AT.askCount, true)} asks`;
    case RECORD.bar:
      return `bar ${name} close ${price(AT.close)} volume ${lots(AT.volume)}`;
    case RECORD.gap:
      return `gap ${name} ${GAP_REASONS[f(AT.gapReason)] ?? ''}`;
    case RECORD.command: {
      const row = Array.from({ length: COMMAND_WIDTH }, (_, i) => f(AT.command + i * 8));
      const decoded = decodeCommand(row);
      return decoded === undefined ? 'command' : `command ${decoded.command.kind} (${decoded.source})`;
    }
    case RECORD.report:
      return `report ${name} order ${f(AT.reportOrderId)} ${REPORT_KINDS[f(AT.reportKind)] ?? ''}`;
    case RECORD.reading: {
      const source = READING_SOURCES[f(AT.readingSource)] ?? '';
      const failed = (view.getUint8(offset + AT.flags) & FLAG_DEGRADED) !== 0;
      const what = failed ? `fails (${f(AT.readingValue)})` : String(f(AT.readingValue));
      return `${source} ${name === '' ? 'of all' : name} ${what}`;
    }
    case RECORD.venue: {
      const blockers = blockersOf(f(AT.blockers));
      return blockers.length === 0 ? 'venue ready' : `venue not ready: ${blockers.join(', ')}`;
    }
    case RECORD.model: {
      const what = `${MODEL_ROLES[f(AT.modelRole)] ?? ''} ${MODEL_KINDS[f(AT.modelKind)] ?? ''}`;
      return `model ${what}: ${MODEL_CHANGES[f(AT.modelChange)] ?? ''}`;
    }
    default:
      return 'timer';
  }
}
