/** Rows that are painted as cells stand on the terminal as Ink would have drawn them, whatever is open, at every size. */
import { describe, expect, it } from 'vitest';
import { armedLive } from '../fixtures/console-live.ts';
import { logEntries } from '../fixtures/console-log.ts';
import { type ConsoleRig, consoleRig } from '../fixtures/console-rig.ts';
import { engineView, placesOfReplay, proposalView, recordedBeside, replayView } from '../fixtures/console-view.ts';
import { type Act, drawnApp, press } from '../fixtures/drawn-app.tsx';

/** What the terminal shows of a rig after each of the acts, cell by cell. */
async function screens(
  rig: ConsoleRig,
  painted: boolean,
  acts: readonly Act[],
): Promise<readonly (readonly string[])[]> {
  const app = drawnApp(rig, { painted });
  const seen: Array<readonly string[]> = [];
  for (const act of acts) {
    await app.act(act);
    seen.push(app.terminal.cells());
  }
  app.close();
  return seen;
}

const SCENES: ReadonlyArray<readonly [name: string, acts: readonly Act[]]> = [
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
