/** Every panel and overlay as text at three widths, against golden files: `vitest run test/golden -u` writes them anew. */
import { describe, expect, it } from 'vitest';
import { formatExplain } from '../../components/format/explain.ts';
import { clipLine, lineWidth, plainText } from '../../components/text/line.ts';
import type { DecisionTrace } from '../../engine/domain/index.ts';
import { armedLive, disarmedLive, onPaperAtVenue } from '../fixtures/console-live.ts';
import { explainView, logEntries } from '../fixtures/console-log.ts';
import { explainedModels, MODEL_HEALTH, modelVoteView } from '../fixtures/console-models.ts';
import {
  engineView,
  placesOfReplay,
  proposalView,
  recordedAnswers,
  recordedBeside,
  replayView,
  suggestionView,
} from '../fixtures/console-view.ts';
import {
  formatFaults,
  formatLiveDialogs,
  formatOverlays,
  formatPalettes,
  formatPanels,
  type Scene,
} from '../fixtures/formatters.ts';
import { shippedTraces } from '../fixtures/strategy-traces.ts';
import { asGolden } from '../fixtures/style-letters.ts';

const LIVE: Scene = { view: engineView(), log: logEntries(), explain: explainView() };
const BUSY: Scene = {
  ...LIVE,
  view: engineView({
    control: 'veto',
    feed: 'stale',
    feedAgeMs: 3_240,
    halted: 'drawdown-limit',
    kill: 'cancelling',
    killOpenOrders: 3,
    proposals: [
      proposalView({ revision: 2, atExpiry: 'clears', priceNow: undefined }),
      proposalView({ proposalId: 13, side: -1, remainingMs: 900 }),
    ],
    suggestions: [
      suggestionView(),
      suggestionView({
        suggestionId: 2,
        action: 'set-weight',
        producer: 'ofi',
        weightNow: 1,
        weightThen: 0.5,
        state: 'accepted',
      }),
      suggestionView({
        suggestionId: 1,
        action: 'mute-in-regime',
        producer: 'momentum',
        regime: 'turbulent',
        weightThen: 0.8,
        state: 'accepted',
      }),
    ],
    replay: replayView({
      playing: true,
      forked: true,
      recorded: recordedBeside(),
      answers: recordedAnswers(),
      ...placesOfReplay(),
    }),
  }),
};
/** Two that can be answered, of one end, and one out of the way that would end first. */
const SNOOZED: Scene = {
  ...LIVE,
  snoozed: new Map([[14, 1]]),
  view: engineView({
    proposals: [
      proposalView({ proposalId: 12, priceNow: '64262.10' }),
      proposalView({ proposalId: 13, side: -1, stop: '64503.00', target: '64050.00', notional: '1770.77' }),
      proposalView({ proposalId: 14, symbol: 'ETH/USDT', remainingMs: 9_200, expiresAtUs: 1 }),
    ],
  }),
};
const EMPTY: Scene = {
  ...LIVE,
  log: [],
  view: engineView({
    control: 'observe',
    symbols: [],
    votes: [],
    positions: [],
    orders: [],
    proposals: [],
    suggestions: [],
    limits: [],
    equityCurve: [],
    drawdownCurve: [],
  }),
};

/** The engine has said nothing for a while: no figure looks alive. */
const MODELS: Scene = {
  ...LIVE,
  view: engineView({ votes: [modelVoteView()], models: MODEL_HEALTH }),
  explain: explainedModels(),
};
const SILENT: Scene = { ...LIVE, silentMs: 4_200 };
const DISARMED: Scene = { ...LIVE, view: disarmedLive() };
const ARMED: Scene = { ...LIVE, view: armedLive() };
const PAPER_AT_VENUE: Scene = { ...LIVE, view: onPaperAtVenue() };

describe.each([80, 120, 200])('at %i columns', (width) => {
  it.each([
    ['live', LIVE],
    ['models', MODELS],
    ['busy', BUSY],
    ['empty', EMPTY],
    ['snoozed', SNOOZED],
    ['silent', SILENT],
    ['disarmed', DISARMED],
    ['armed', ARMED],
  ] as const)('the panels look as before: %s', async (name, scene) => {
    const panels = formatPanels(scene, width, 16);
    for (const [panel, lines] of panels)
      for (const each of lines)
        expect([panel, lineWidth(clipLine(each, width))]).toEqual([panel, Math.min(width, lineWidth(each))]);
    const shown = panels.map(
      ([panel, lines]) => [panel, lines.slice(0, 16).map((each) => clipLine(each, width))] as const,
    );
    await expect(asGolden(shown.map(([panel, lines]) => [panel, lines]))).toMatchFileSnapshot(
      `screens/panels-${name}-${width}.txt`,
    );
  });
});

it.each([80, 120, 200])('what is waited for and what has failed looks as before at %i columns', async (width) => {
  const parts = formatFaults(LIVE, width);
  for (const [name, lines] of parts)
    for (const each of lines) expect([name, lineWidth(each) <= width]).toEqual([name, true]);
  await expect(asGolden(parts)).toMatchFileSnapshot(`screens/faults-${width}.txt`);
});

it.each([
  ['paper', PAPER_AT_VENUE],
  ['disarmed', DISARMED],
  ['armed', ARMED],
] as const)('the venue page and the typed codes look as before: %s', async (name, scene) => {
  const overlays = [...formatOverlays(scene, 80).filter(([each]) => each === 'venue'), ...formatLiveDialogs(scene, 80)];
  const clipped = overlays.map(([each, lines]) => [each, lines.map((line) => clipLine(line, 80))] as const);
  await expect(asGolden(clipped.map(([each, lines]) => [each, [...lines]]))).toMatchFileSnapshot(
    `screens/venue-${name}-80.txt`,
  );
});

it.each([
  [72, 18, 'live', LIVE],
  [72, 15, 'replay', BUSY],
  [40, 6, 'small', LIVE],
] as const)('the palette looks as before: %i by %i, %s', async (width, height, name, scene) => {
  const palettes = formatPalettes(scene, width, height, [
    '',
    'tig',
    'eth',
    'kil',
    'nothing like it',
    '14:03:22',
    '99999999',
  ]);
  for (const [each, lines] of palettes)
    for (const row of lines) expect([each, lineWidth(row) <= width]).toEqual([each, true]);
  await expect(asGolden(palettes.map(([each, lines]) => [each, [...lines]]))).toMatchFileSnapshot(
    `screens/palette-${name}.txt`,
  );
});

const { trace: PROPOSED } = explainView();
/** Vetoed with exposure beyond the limit; momentum on volume alone went its way. */
const VETOED: DecisionTrace = {
  ...PROPOSED,
  verdict: 'vetoed',
  vetoedBy: 'leverage',
  lots: 0,
  vote: { ...PROPOSED.vote, score: 0.4 / 3, confidence: 0.4 / 3, consensus: 0.5 },
  producers: PROPOSED.producers.map((each) => (each.producer === 'rsi' ? { ...each, status: 'disabled' } : each)),
  strategies: shippedTraces({
    confluence: 0,
    momentumVolume: 1,
    score: 0.4 / 3,
    consensus: 0.5,
    agreeing: 1,
    volumeRatio: 2.25,
    momentumAtr: 4.6,
    vote: 0,
    agreement: 0,
    momentum: 1,
    way: 1,
  }),
  gates: [
    ...PROPOSED.gates.filter(({ gate }) => gate !== 'leverage'),
    { gate: 'leverage', verdict: 'veto', value: 3.21, limit: 3, lotsAfter: 0 },
  ],
};

describe.each([80, 120, 200])('an explanation at %i columns', (width) => {
  it.each([
    ['closed', explainView({ followed: logEntries().slice(2, 7), reopen: undefined })],
    ['waiting', explainView({ followed: logEntries().slice(2, 3) })],
    ['vetoed', explainView({ quantity: '0.00000', trace: VETOED })],
    ['models', explainedModels()],
  ])('looks as before: %s', async (name, view) => {
    const lines = formatExplain(view, width - 4);
    for (const each of lines) expect([plainText(each), lineWidth(each) <= width - 4]).toEqual([plainText(each), true]);
    // Nothing is cut: what does not fit beside goes under.
    expect(lines.filter((each) => plainText(each).includes('…')).map(plainText)).toEqual([]);
    await expect(asGolden([[name, [...lines]]])).toMatchFileSnapshot(`screens/explain-${name}-${width}.txt`);
  });
});

it('the overlays look as before', async () => {
  const overlays = formatOverlays(BUSY, 80).map(
    ([name, lines]) => [name, lines.map((each) => clipLine(each, 80))] as const,
  );
  await expect(asGolden(overlays.map(([name, lines]) => [name, [...lines]]))).toMatchFileSnapshot(
    'screens/overlays-80.txt',
  );
});
