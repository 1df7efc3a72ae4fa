/** Readings of an import beside its market data: which instruments they are of, and which of them come in time. */
import { NO_INSTRUMENT, READING_DEFINITIONS } from '../../engine/domain/index.ts';
import { ImportError } from './import-error.ts';
import type { PlannedInstrument } from './instruments.ts';
import type { ReadingEvent } from './market-event.ts';
import type { ReadyReading } from './ready-event.ts';
import type { SurveyedFile } from './surveyed-file.ts';
import { splitSymbol } from './symbols.ts';
import { quote } from './text.ts';

export const holdsReadings = (file: SurveyedFile): boolean => file.survey.readings.size > 0;

/** Time of the market data of an import. */
export interface MarketSpan {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Refuses an import of nothing but readings. */
export function refuseAlone(files: readonly SurveyedFile[]): void {
  const first = files[0];
  if (first === undefined || !files.every(holdsReadings)) return;
  throw new ImportError(first.name, undefined, 'holds readings, which go with market data: import both together');
}

/** Makes the readings of one file ready. */
export class ReadingPlan {
  readonly #file: number;
  readonly #span: MarketSpan;
  readonly #targets: ReadonlyMap<string, readonly number[]>;

  constructor(file: SurveyedFile, order: number, instruments: readonly PlannedInstrument[], span: MarketSpan) {
    this.#file = order;
    this.#span = span;
    this.#targets = new Map(
      [...file.survey.readings].map(([symbol, line]) => [symbol, targetsOf(file, symbol, line, instruments)]),
    );
  }

  /** One for each instrument; none, with the reason in words, where it would never count or is known too late. */
  ready(event: ReadingEvent): ReadyReading[] | string {
    const { line, receivedUs, venueUs, source, value, symbol } = event;
    if (receivedUs + READING_DEFINITIONS[source].lifeUs < this.#span.fromUs) return 'reading before the market data';
    if (receivedUs > this.#span.toUs) return 'reading after the market data';
    return (this.#targets.get(symbol) ?? []).map((instrument) => ({
      kind: 'reading',
      file: this.#file,
      line,
      instrument,
      atUs: receivedUs,
      venueAtUs: venueUs ?? receivedUs,
      source,
      value,
    }));
  }
}

/** A rate is of every instrument of its pair; what names no symbol is of all. */
function targetsOf(
  file: SurveyedFile,
  symbol: string,
  line: number,
  instruments: readonly PlannedInstrument[],
): readonly number[] {
  if (symbol === '') return [NO_INSTRUMENT];
  const pair = splitSymbol(symbol);
  const own = instruments.filter(
    ({ spec }) => spec.venueSymbol === symbol || (spec.base === pair?.base && spec.quote === pair.quote),
  );
  if (own.length > 0) return own.map(({ index }) => index);
  const reason = `is of ${quote(symbol)}, of which there is no market data in this import`;
  throw new ImportError(file.name, line, reason);
}
