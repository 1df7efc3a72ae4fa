/** Whole screens at three sizes, cell by cell, as the program draws them: `vitest run test/golden -u` writes them anew. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPlotter, type Plotter } from '../../components/charts/contrib-line.ts';
import { screenText } from '../fixtures/cell-looks.ts';
import { armedLive, disarmedLive } from '../fixtures/console-live.ts';
import { explainView, logEntries } from '../fixtures/console-log.ts';
import { MODEL_HEALTH, modelHealthView, modelVoteView } from '../fixtures/console-models.ts';
import { consoleRig } from '../fixtures/console-rig.ts';
import {
  type engineView,
  placesOfReplay,
  positionView,
  proposalView,
  recordedAnswers,
  recordedBeside,
  replayView,
  SYMBOLS,
  suggestionView,
  voteView,
} from '../fixtures/console-view.ts';
import { type Act, drawnApp, press } from '../fixtures/drawn-app.tsx';

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

let plotter: Plotter;
beforeAll(() => {
  plotter = loadPlotter();
});

/** A view with its log, on screen for long enough to be answered. */
const shows =
  (changes: Parameters<typeof engineView>[0]): Act =>
  (rig) => {
    rig.show(changes, 10);
    rig.port.log(logEntries());
    rig.timers.advance(200);
  };

const paper = shows({});
const asked = shows({
  proposals: [proposalView(), proposalView({ proposalId: 13, side: -1, remainingMs: 4_000 })],
  suggestions: [suggestionView()],
});
const forked = shows({
  replay: replayView({ forked: true, recorded: recordedBeside(), answers: recordedAnswers(), ...placesOfReplay() }),
});
/** The chart panel after so many presses of its key. */
const chart = (times: number): readonly Act[] => [press('2'), ...Array.from({ length: times }, () => press('E'))];
/** Asks for an explanation, and the engine gives it. */
const explained: Act = (rig) => {
  rig.press('\r');
  const asked = rig.port.sent.findLast((message) => message.type === 'explain');
  if (asked === undefined) throw new Error('no explanation was asked for');
  rig.port.emit({ ...asked, explain: explainView() });
  rig.timers.advance(200);
};

const nothing = shows({
  ...{ symbols: [], votes: [], positions: [], orders: [], proposals: [], suggestions: [], limits: [] },
  equityCurve: [],
});
/** The chosen symbol's feed is stale, that of the position has a gap. */
const oldFeed = shows({
  feed: 'gap',
  symbols: SYMBOLS.map((each, at) => ({ ...each, feed: at === 0 ? 'stale' : at === 1 ? 'gap' : each.feed })),
});
/** Every panel is given something that it cannot draw. */
const unreadable = Object.create(null) as never;
const broken: Act = (rig) => {
  rig.show(BROKEN, 10);
  rig.port.log(logEntries().map((each) => (each.event.kind === 'fill' ? { ...each, price: unreadable } : each)));
  rig.timers.advance(200);
};
const BROKEN: Parameters<typeof engineView>[0] = {
  symbols: SYMBOLS.map((each) => ({ ...each, last: unreadable })),
  votes: [voteView({ producers: null as never })],
  limits: [{ name: 'drawdown', used: 0.41, limit: 20, unit: null as never }, null as never],
  positions: [positionView({ unrealised: null as never })],
  proposals: [proposalView({ votes: null as never })],
  suggestions: [suggestionView({ state: null as never })],
  models: [modelHealthView({ long: null as never })],
};
const pressed = (...keys: readonly string[]): readonly Act[] => keys.map(press);

const SCENES: ReadonlyArray<readonly [name: string, acts: readonly Act[]]> = [
  ['nothing-yet', [(rig) => rig.timers.advance(200)]],
  ['paper', [paper]],
  ['nothing-there', [nothing]],
  ['old-feed', [oldFeed]],
  ['broken', [broken]],
  ['arranged', [paper, ...pressed('o', 'o', 'O', '/', 't', 'h', '\r', '5', 'o', '/', '7', '1', '\r'), paper]],
  ['filtered-away', [paper, ...pressed('8', '/', 'z', 'z', '\r')]],
  ['asked', [asked]],
  ['first-steps', [asked, (rig) => rig.store.dispatch({ type: 'overlay', overlay: { kind: 'tour', page: 1 } })]],
  ['silent', [asked, (rig) => rig.timers.advance(4_000)]],
  ['killed', [shows({ halted: 'operator', kill: 'cancelling', killOpenOrders: 3 })]],
  ['disarmed', [shows(disarmedLive())]],
  ['armed', [shows(armedLive())]],
  ['replay', [forked]],
  ['explain', [asked, explained]],
  ['equity', [shows(armedLive()), ...chart(1)]],
  ['contribution', [shows(armedLive()), ...chart(2)]],
  ['depth', [shows(armedLive()), ...chart(3)]],
  ['latency', [shows(armedLive()), ...chart(4)]],
  ['models', [shows({ votes: [modelVoteView(), voteView({ instrument: 1, symbol: 'ETH/USDT' })] }), press('3')]],
  ['model-health', [shows({ votes: [modelVoteView()], models: MODEL_HEALTH }), ...pressed('9', 'j', 'j')]],
  ['model-contribution', [shows({ votes: [modelVoteView()], models: MODEL_HEALTH }), ...chart(2)]],
  ['behind', [paper, ...pressed('8', 'k', 'k')]],
  ['zoomed', [paper, press('8'), press('z')]],
  ['help', [asked, press('?')]],
  ['palette', [paper, press(':'), press('t'), press('i')]],
  ['leaving', [paper, press('q')]],
  ['code', [paper, press('M')]],
];

describe.each(SIZES)('at %i×%i', (columns, rows) => {
  it.each(SCENES)('%s', async (name, acts) => {
    const app = drawnApp(consoleRig(columns, rows), { painted: true, plotter });
    try {
      for (const act of acts) await app.act(act);
      await expect(screenText(app.terminal, columns)).toMatchFileSnapshot(`screens/whole-${name}-${columns}.txt`);
    } finally {
      app.close();
    }
  });
});

it('a window that is too small says what it hides', async () => {
  const app = drawnApp(consoleRig(50, 12), { painted: true });
  try {
    await app.act(asked);
    await expect(screenText(app.terminal, 50)).toMatchFileSnapshot('screens/whole-asked-50.txt');
  } finally {
    app.close();
  }
});
