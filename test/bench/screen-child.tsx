/**
 * The console of the benchmark, in a process of its own: its components over the cell-diff stream, or over Ink's own
 * incremental rendering, at a steady rate of views that a fake engine sends. Tells what was written, and what it cost.
 */
import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { render } from 'ink';
import { App } from '../../components/app.tsx';
import { loadPlotter } from '../../components/charts/contrib-line.ts';
import { createTheme } from '../../components/theme.ts';
import { realTimers } from '../../src/console/port.ts';
import { CellDiffStdout } from '../../src/terminal/cell-diff-stdout.ts';
import { createController } from '../../state/controller.ts';
import { createStore } from '../../state/store.ts';
import type { EngineView } from '../../state/view.ts';
import { engineView, SYMBOLS } from '../fixtures/console-view.ts';
import { fakePort } from '../fixtures/fake-port.ts';

export interface ScreenRun {
  /** Whole writes, in order. */
  readonly writes: readonly string[];
  readonly seconds: number;
  readonly cpuShare: number;
}

const SIZE = { columns: 120, rows: 40 };
const UPDATES_PER_SECOND = 100;
const [way = 'cells', secondsText = '10'] = process.argv.slice(2);

/** The same walk every time. */
function* views(): Generator<EngineView> {
  let random = 42;
  const next = (): number => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return random / 2 ** 32 - 0.5;
  };
  const last = SYMBOLS.map(({ last: text }) => Number(text));
  const first = engineView();
  for (let seq = first.seq; ; seq++) {
    const at = seq % SYMBOLS.length;
    last[at] = last[at]! * (1 + next() * 2e-4);
    const equity = 10_023 + next() * 3;
    yield {
      ...first,
      seq,
      atUs: first.atUs + (seq - first.seq) * 10_000,
      account: { ...first.account, equity: equity.toFixed(2), dayPnl: (equity - 10_000).toFixed(2) },
      symbols: SYMBOLS.map((each, i) => ({
        ...each,
        last: last[i]!.toFixed(2),
        bid: (last[i]! - 0.05).toFixed(2),
        ask: (last[i]! + 0.05).toFixed(2),
        changePct: (each.changePct ?? 0) + next() * 0.02,
        imbalance: Math.max(-1, Math.min(1, each.imbalance! + next() * 0.2)),
      })),
      votes: first.votes.map((vote) => ({ ...vote, score: vote.score + next() * 0.1 })),
      positions: first.positions.map((each) => ({
        ...each,
        mark: (Number(each.mark) * (1 + next() * 1e-4)).toFixed(2),
        unrealised: (Number(each.unrealised) + next()).toFixed(2),
      })),
      limits: first.limits.map((each) => ({ ...each, used: Math.max(0, each.used + next() * 0.1) })),
      proposals: first.proposals.map((each) => ({
        ...each,
        remainingMs: 20_000 - (((seq - first.seq) * 10) % 20_000),
        priceNow: (Number(each.priceThen) * (1 + next() * 1e-4)).toFixed(2),
      })),
    };
  }
}

const writes: string[] = [];

/** What Ink takes for a terminal. */
function plainStream(): NodeJS.WriteStream {
  const stream = Object.assign(new EventEmitter(), {
    ...{ isTTY: true, writable: true, ...SIZE },
    write(text: string): boolean {
      writes.push(text);
      return true;
    },
  });
  return stream as unknown as NodeJS.WriteStream;
}

const cells = (): CellDiffStdout =>
  new CellDiffStdout({ busy: false, write: (text) => writes.push(text) }, SIZE.columns, SIZE.rows);

const timers = realTimers(() => performance.now());
const store = createStore(timers, SIZE.columns, SIZE.rows);
const port = fakePort();
const none = (): void => {};
createController({ port, store, timers, random: () => 0.5, onRepaint: none, onHide: none, onLeave: none });
const canvas = way === 'cells' ? cells() : undefined;
const stream = (canvas ?? plainStream()) as unknown as NodeJS.WriteStream;
const figures = () => ({ bytesWritten: 0, framesWritten: 0, framesSkipped: 0, rssBytes: 0 });
const ink = render(
  <App
    store={store}
    theme={createTheme('256')}
    loadPlotter={async () => loadPlotter()}
    figures={figures}
    {...(canvas && { canvas })}
  />,
  {
    ...{ stdout: stream, stderr: stream, stdin: new EventEmitter() as NodeJS.ReadStream },
    ...{ interactive: true, exitOnCtrlC: false, patchConsole: false, maxFps: 120 },
    incrementalRendering: way !== 'cells',
  },
);
const source = views();
const update = (): void => port.view(source.next().value, 10);
update();
// The chart's library is loaded and everything is drawn once.
await pause(1_500);
writes.length = 0;
const [cpu, startMs] = [process.cpuUsage(), performance.now()];
const timer = setInterval(update, 1_000 / UPDATES_PER_SECOND);
await pause(Number(secondsText) * 1_000);
clearInterval(timer);
const { user, system } = process.cpuUsage(cpu);
const seconds = (performance.now() - startMs) / 1_000;
const run: ScreenRun = { writes: [...writes], seconds, cpuShare: (user + system) / 1e6 / seconds };
ink.unmount();
if (process.send === undefined) process.exit();
process.send(run, () => process.exit());
