/** `chimera export SESSION --features`: the feature vector of every closed bar as CSV or Parquet, from a fold of the session. */
import { resolve } from 'node:path';
import {
  type EngineConfig,
  FEATURE_COUNT,
  FEATURE_DEFINITIONS,
  FEATURE_SCHEMA_HASH,
  FEATURE_VERSION,
  FEATURES,
} from '../../engine/domain/index.ts';
import type { EngineState } from '../../engine/index.ts';
import { cleanText, readManifest, type SessionManifest } from '../../logs/index.ts';
import { BUILD } from '../build-info.ts';
import { type DataDir, dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { rulesToReplay } from '../host/config.ts';
import { type FoldStart, foldJournal, stateFor } from '../host/journal-fold.ts';
import { baseOf } from '../host/session-base.ts';
import { configFor, refuseEmpty, replayWarnings } from '../host/session-run.ts';
import { asCommandError } from '../journal-faults.ts';
import { cellText, csvLine } from '../stores/csv.ts';
import { ParquetFile } from '../stores/parquet.ts';
import { makeFolder, refuseExisting, writeNewFile } from './new-folder.ts';
import { printJson, printSummary, tell } from './output.ts';
import { progressLine } from './progress.ts';
import { sessionDirectory } from './session-files.ts';

export type FeatureFormat = 'csv' | 'parquet';

export interface FeatureExportArguments {
  readonly dataDir: string;
  readonly json: boolean;
  readonly session: string;
  readonly format: FeatureFormat;
  /** Folder that is made for the files; named after the session unless told. */
  readonly out: string | undefined;
}

/** Takes one row: time at which the bar was known to be closed, symbol, and the features, undefined where not valid. */
type TakeRow = (atUs: number, symbol: string, features: readonly (number | undefined)[]) => void;

export function runExportFeatures(args: FeatureExportArguments): ExitCode {
  const directory = sessionDirectory(args.dataDir, args.session);
  const folder = args.out ?? `${args.session}-features`;
  refuseExisting(folder, '--out');
  const progress = progressLine({ json: args.json });
  let rows = 0;
  try {
    const manifest = readManifest(directory);
    const config = configOf(manifest, dataDirAt(args.dataDir));
    makeFolder(folder, (into) => {
      rows = writeNewFile(into, `features.${args.format}`, (put) => {
        const table = tableOf(args.format, put);
        try {
          foldFeatures(directory, manifest, config, table.row, (inputs) => progress.at(`${inputs} inputs`));
        } catch (cause) {
          throw asCommandError(cause);
        }
        return table.finish(about(manifest, config));
      });
      writeNewFile(into, 'features.json', (put) =>
        put(`${JSON.stringify(schemaOf(manifest, config, rows), undefined, 2)}\n`),
      );
    });
  } catch (cause) {
    throw asCommandError(cause);
  } finally {
    progress.done();
  }
  if (args.json) printJson({ session: args.session, folder: resolve(folder), format: args.format, rows });
  else printSummary(cleanText(`features of ${args.session} in ${folder}`), { rows, format: args.format });
  return EXIT.done;
}

/** Of the recorded run, or one for an import under what is in force. */
function configOf(manifest: SessionManifest, dir: DataDir): EngineConfig {
  const rules = rulesToReplay(dir, manifest.kind === 'import', tell);
  const asked = { control: 'observe', barIntervalUs: undefined, seed: 0, startingCash: '10000' } as const;
  return configFor(manifest, { ...asked, ...rules });
}

/** Folds the session as every replay does; a row for each bar that an input has closed. */
function foldFeatures(
  directory: string,
  manifest: SessionManifest,
  config: EngineConfig,
  take: TakeRow,
  onProgress: (inputs: number) => void,
): void {
  const start = baseOf(directory, manifest);
  const seen = barsBefore(config, start);
  const { inputs, mismatch, tail } = foldJournal(directory, {
    config,
    recorded: manifest.kind === 'console',
    start,
    progress: onProgress,
    onInput: (state) => takeClosed(state, seen, take),
  });
  refuseEmpty(manifest, inputs);
  for (const warning of replayWarnings({ manifest, tail })) tell(warning);
  if (mismatch !== undefined)
    throw new CommandError(EXIT.verification, `replay of ${manifest.name} differs from its recording: ${mismatch}`);
}

/** Bars of each instrument that a session which goes on from another one begins with. */
function barsBefore(config: EngineConfig, start: FoldStart | undefined): Int32Array {
  const state = stateFor(config);
  if (start !== undefined) state.arena.load(start.state);
  return state.features.bars.slice();
}

function takeClosed({ features, control, instruments }: EngineState, seen: Int32Array, take: TakeRow): void {
  for (let i = 0; i < seen.length; i++) {
    if (features.bars[i] === seen[i]) continue;
    seen[i] = features.bars[i]!;
    const row = i * FEATURE_COUNT;
    const values = FEATURES.map((_, f) => (features.valid[row + f] === 1 ? features.values[row + f] : undefined));
    take(control.nowUs[0]!, instruments[i]!.symbol, values);
  }
}

interface FeatureTableFile {
  readonly row: TakeRow;
  /** @returns the number of rows. */
  finish(metadata: Readonly<Record<string, string>>): number;
}

function tableOf(format: FeatureFormat, put: (bytes: string | Uint8Array) => void): FeatureTableFile {
  let rows = 0;
  if (format === 'parquet') {
    const numbers = FEATURES.map((name) => ({ name, kind: 'number' }) as const);
    const columns = [{ name: 'time', kind: 'time' }, { name: 'instrument', kind: 'text' }, ...numbers] as const;
    const file = new ParquetFile(columns, put);
    return {
      row: (atUs, symbol, values) => {
        rows++;
        file.row([atUs, symbol, ...values]);
      },
      finish: (metadata) => {
        file.finish(metadata);
        return rows;
      },
    };
  }
  put(csvLine(['time', 'instrument', ...FEATURES]));
  return {
    row: (atUs, symbol, values) => {
      rows++;
      const numbers = values.map((value) => cellText(value ?? null, 'real'));
      put(csvLine([cellText(atUs, 'us'), cellText(symbol, 'text'), ...numbers]));
    },
    finish: () => rows,
  };
}

function about({ name }: SessionManifest, { barIntervalUs }: EngineConfig): Record<string, string> {
  return {
    session: name,
    featureSchemaHash: FEATURE_SCHEMA_HASH,
    featureVersion: String(FEATURE_VERSION),
    barIntervalUs: String(barIntervalUs),
    build: BUILD,
  };
}

/** What the columns are, beside the table. */
function schemaOf(manifest: SessionManifest, config: EngineConfig, rows: number): object {
  const columns = FEATURES.map((name) => {
    const [unit, meaning] = FEATURE_DEFINITIONS[name];
    return { name, unit, meaning };
  });
  const instruments = config.instruments.map(({ symbol, tickSize, lotSize }) => ({ symbol, tickSize, lotSize }));
  return { ...about(manifest, config), rows, instruments, columns };
}
