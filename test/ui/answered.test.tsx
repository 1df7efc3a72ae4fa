/** What is not on the screen cannot be answered: too small a window, a panel that fails, one that is cut off. */
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineView } from '../../state/view.ts';
import { disarmedLive } from '../fixtures/console-live.ts';
import { consoleRig } from '../fixtures/console-rig.ts';
import {
  placesOfReplay,
  proposalView,
  recordedAnswers,
  recordedBeside,
  replayView,
  suggestionView,
} from '../fixtures/console-view.ts';
import { type Act, type DrawnApp, drawnApp, press } from '../fixtures/drawn-app.tsx';

let app: DrawnApp | undefined;
afterEach(() => app?.close());

const ASKED: Partial<EngineView> = { proposals: [proposalView()], suggestions: [suggestionView()] };
/** Long enough on screen to be answered, where it is on the screen. */
const calmly: Act = (rig) => {
  rig.timers.advance(700);
  rig.store.flush();
};

/** Commands that come of these keys on a screen of this size. */
async function answered(
  columns: number,
  rows: number,
  view: Partial<EngineView>,
  keys: readonly string[],
): Promise<readonly string[]> {
  const rig = consoleRig(columns, rows);
  app = drawnApp(rig, { painted: true });
  await app.act((each) => each.show(view));
  for (const key of keys) {
    await app.act(calmly);
    await app.act(press(key));
    await app.act(calmly);
  }
  return rig.port.commands().map(({ kind }) => kind);
}

describe('a proposal that waits', () => {
  it.each([
    [80, 24],
    [60, 16],
    [120, 40],
    [200, 60],
  ])('is approved where it is seen, at %i×%i', async (columns, rows) => {
    expect(await answered(columns, rows, ASKED, ['a'])).toEqual(['approve']);
  });

  it('is approved beside another panel that has the whole screen', async () => {
    expect(await answered(120, 40, ASKED, ['8', 'z', 'a'])).toEqual(['approve']);
  });

  it.each([
    [59, 24],
    [80, 15],
  ])('is neither approved nor vetoed in a window too small for it, %i×%i', async (columns, rows) => {
    expect(await answered(columns, rows, ASKED, ['a', 'v', 'w', 'e', 'y'])).toEqual([]);
  });

  it('nor where its panel cannot be drawn', async () => {
    const broken = { proposals: [proposalView({ votes: null as never })] };
    for (const columns of [80, 120]) {
      expect(await answered(columns, 40, broken, ['a', 'v'])).toEqual([]);
      app?.close();
    }
  });

  it('is approved in a small window above what became of recorded answers', async () => {
    const replay = replayView({ forked: true, recorded: recordedBeside(), answers: recordedAnswers() });
    expect(await answered(60, 16, { ...ASKED, replay }, ['a'])).toEqual(['approve']);
  });

  it('nor where too little of it has room below all that is amiss', async () => {
    const replay = replayView({ forked: true, recorded: recordedBeside(), ...placesOfReplay() });
    const halted = { halted: 'drawdown-limit', kill: 'none-open' } as const;
    const amiss = { ...disarmedLive(), ...ASKED, ...halted, unrecorded: 'the disk is full', leftLive: 'run-1', replay };
    expect(await answered(60, 16, amiss, ['a', '7', 'a'])).toEqual([]);
    app?.close();
    expect(await answered(60, 24, amiss, ['a'])).toEqual(['approve']);
  });
});

describe('a suggestion', () => {
  it('is accepted where the governor is seen', async () => {
    expect(await answered(80, 24, ASKED, ['g', 'y'])).toEqual(['accept-suggestion']);
  });

  it('and not where its panel cannot be drawn', async () => {
    const unreadable = Object.defineProperty(suggestionView(), 'hitRate', {
      get() {
        throw new Error('planted');
      },
    });
    expect(await answered(80, 24, { suggestions: [unreadable] }, ['g', 'y'])).toEqual([]);
  });
});
