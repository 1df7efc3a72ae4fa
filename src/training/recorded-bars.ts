/** Closed bars of files of recorded market data, as an import of them gives, without a session on the disk. */
import { basename } from 'node:path';
import { cursorOver, DEFAULT_POLICY } from '../../engine/domain/index.ts';
import { BarCapture } from '../../engine/training/index.ts';
import { runConfig } from '../host/config.ts';
import { importFiles } from '../importers/import.ts';
import type { ImportHeader } from '../importers/types.ts';
import { captureBars, type SessionBars } from './session-bars.ts';

/** Bars of a file and their length. Throws an {@link ImportError} where the file cannot be one honest session. */
export async function recordedBars(path: string): Promise<{ series: SessionBars[]; barIntervalUs: number }> {
  const target: { capture?: BarCapture } = {};
  const result = await importFiles({
    files: [path],
    openSink: (header) => {
      const capture = captureFor(header);
      target.capture = capture;
      return { append: (record) => capture.fold(cursorOver(record)), abort: () => {} };
    },
    nowMs: () => performance.now(),
  });
  const [file] = result.files;
  return {
    series: captureBars(target.capture!, basename(path), file!.sha256),
    barIntervalUs: result.barIntervalUs,
  };
}

function captureFor({ instruments, accountCurrency, barIntervalUs }: ImportHeader): BarCapture {
  return new BarCapture(
    runConfig({
      ...{ runId: 'recorded', seed: 1, control: 'observe', barIntervalUs, accountCurrency, instruments },
      ...{ startingCash: '10000', synthetic: false, live: false, policy: DEFAULT_POLICY },
    }),
  );
}
