/** Rows that are painted as cells stand on the terminal as Ink would have drawn them, whatever is open, at every size. */
import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { render } from 'ink';
import { describe, expect, it } from 'vitest';
import { App } from '../../components/app.tsx';
import { createTheme } from '../../components/theme.ts';
import { CellDiffStdout } from '../../src/terminal/cell-diff-stdout.ts';
import { armedLive } from '../fixtures/console-live.ts';
import { logEntries } from '../fixtures/console-log.ts';
import { type ConsoleRig, consoleRig } from '../fixtures/console-rig.ts';
import { engineView, placesOfReplay, proposalView, recordedBeside, replayView } from '../fixtures/console-view.ts';
import { oracleTerminal } from '../fixtures/oracle-terminal.ts';

const figures = () => ({ bytesWritten: 0, framesWritten: 0, framesSkipped: 0, rssBytes: 0 });
const never = new Promise<never>(() => {});

/** What the terminal shows of a rig after each of the acts, cell by cell. */
async function screens(
  rig: ConsoleRig,
  isPainted: boolean,
  acts: ReadonlyArray<(rig: ConsoleRig) => void>,
): Promise<readonly (readonly string[])[]> {
  const { columns, rows } = rig.store.getSnapshot().ui;
  const oracle = oracleTerminal(columns, rows);
  const stream = new CellDiffStdout({ busy: false, write: (text) => void oracle.write(text) }, columns, rows);
  const terminal = stream as unknown as NodeJS.WriteStream;
  const ink = render(
    <App
      store={rig.store}
      theme={createTheme('256')}
      loadPlotter={() => never}
      figures={figures}
      {...(isPainted && { canvas: stream })}
    />,
    {
      ...{ stdout: terminal, stderr: terminal, stdin: new EventEmitter() as NodeJS.ReadStream },
      ...{ interactive: true, exitOnCtrlC: false, patchConsole: false, maxFps: 1_000 },
    },
  );
  const seen: Array<readonly string[]> = [];
  for (const act of acts) {
    act(rig);
    await pause(25);
    await oracle.write('');
    seen.push(oracle.cells());
  }
  stream.close();
  ink.unmount();
  return seen;
}

const press = (key: string) => (rig: ConsoleRig) => rig.press(key);
const SCENES: ReadonlyArray<readonly [name: string, acts: ReadonlyArray<(rig: ConsoleRig) => void>]> = [
  [
    'panels, zoom, overlays, and what they leave behind',
    [
      (rig) => {
        rig.show({ proposals: [proposalView(), proposalView({ proposalId: 13 })] }, 10);
        rig.port.log(logEntries());
        rig.timers.advance(200);
      },
      ...['8', 'z', 'z', '?', '\u001b', 'q', '\u001b', ':', '\u001b', 'M', '\u001b'].map(press),
      (rig) => rig.show({ seq: 99, symbols: engineView().symbols.map((each) => ({ ...each, last: '1.00' })) }, 10),
    ],
  ],
  ['a live run in its frame', [(rig) => rig.show(armedLive()), ...['V', '\u001b', 'q'].map(press)]],
  [
    'a forked replay',
    [
      (rig) => rig.show({ replay: replayView({ forked: true, recorded: recordedBeside(), ...placesOfReplay() }) }),
      ...['b', 'q', "'", 'q'].map(press),
    ],
  ],
];

describe.each([
  [80, 24],
  [120, 40],
  [200, 60],
  [50, 12],
] as const)('at %i×%i', (columns, rows) => {
  it.each(SCENES)('%s', async (_name, acts) => {
    const drawn = await screens(consoleRig(columns, rows), false, acts);
    const painted = await screens(consoleRig(columns, rows), true, acts);
    expect(painted).toEqual(drawn);
  });
});
