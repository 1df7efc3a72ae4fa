/** Recorded sessions for benchmarks: imported into memory, whole or with some kinds of input left out. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AT, cursorOver, DEFAULT_POLICY, type EngineConfig, type InputCursor } from '../../engine/domain/index.ts';
import type { InputSource } from '../../engine/index.ts';
import { importFiles } from '../../src/importers/import.ts';

export interface RecordedSession {
  readonly name: string;
  readonly config: EngineConfig;
  readonly source: InputSource;
}

const FRAMES = 'b_orderbook/binance_raw_frames';

/** The recordings that trade: USD-M of two days, and spot. */
const RECORDINGS: ReadonlyArray<readonly [name: string, files: readonly string[]]> = [
  ['usdm 2024-08-08', [`${FRAMES}/usdm_btcusdt_20240808.jsonl.gz`]],
  ['usdm 2023-04-04/05', [`${FRAMES}/usdm_btcusdt_20230404.jsonl.gz`, `${FRAMES}/usdm_btcusdt_20230405.jsonl.gz`]],
  ['spot 2024-08-08/09', [`${FRAMES}/spot_btcusdt_20240808.jsonl.gz`, `${FRAMES}/spot_btcusdt_20240809.jsonl.gz`]],
];

/** Folder of the recordings, or undefined where it is missing. */
export function dataFolder(): string | undefined {
  const folder = resolve(process.env.CHIMERA_TEST_DATA ?? '../shared/data');
  return existsSync(join(folder, 'README.md')) ? folder : undefined;
}

/** Records in one buffer with their offsets: what the journal's reader gives, without the disk. */
class MemorySource implements InputSource {
  readonly #bytes: Uint8Array;
  readonly #cursor: InputCursor;
  readonly #offsets: Uint32Array;

  constructor(records: readonly Uint8Array[]) {
    const total = records.reduce((sum, record) => sum + record.byteLength, 0);
    this.#bytes = new Uint8Array(total);
    this.#offsets = new Uint32Array(records.length);
    let at = 0;
    for (const [i, record] of records.entries()) {
      this.#offsets[i] = at;
      this.#bytes.set(record, at);
      at += record.byteLength;
    }
    this.#cursor = cursorOver(this.#bytes);
  }

  get count(): number {
    return this.#offsets.length;
  }

  seek(index: number, cursor: InputCursor): void {
    cursor.view = this.#cursor.view;
    cursor.words = this.#cursor.words;
    cursor.offset = this.#offsets[index]!;
  }

  timeAt(index: number): number {
    return this.#cursor.view.getFloat64(this.#offsets[index]! + AT.receivedAtUs, true);
  }
}

/** Imports the recordings, keeping the inputs whose type passes `keep`; sequences are numbered anew. */
export async function recordedSessions(folder: string, keep: (type: number) => boolean): Promise<RecordedSession[]> {
  const sessions: RecordedSession[] = [];
  for (const [name, files] of RECORDINGS) {
    const records: Uint8Array[] = [];
    const result = await importFiles({
      files: files.map((file) => join(folder, file)),
      openSink: () => ({
        append(record: Uint8Array) {
          if (!keep(record[AT.type]!)) return;
          const copy = record.slice();
          new DataView(copy.buffer).setFloat64(AT.seq, records.length + 1, true);
          records.push(copy);
        },
        abort() {},
      }),
      nowMs: () => performance.now(),
    });
    const config: EngineConfig = {
      runId: 'bench',
      seed: 1,
      accountCurrency: result.accountCurrency,
      startingCash: '10000',
      control: 'auto',
      barIntervalUs: 1_000_000,
      bookLevels: 1024,
      instruments: result.instruments,
      policy: DEFAULT_POLICY,
    };
    sessions.push({ name, config, source: new MemorySource(records) });
  }
  return sessions;
}
