/** What is not on the screen cannot be answered: too small a window, a panel that fails, one that is cut off. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Overlay } from '../../state/model.ts';
import type { EngineView } from '../../state/view.ts';
import { disarmedLive } from '../fixtures/console-live.ts';
import { type ConsoleRig, consoleRig, RIG_CODE } from '../fixtures/console-rig.ts';
import {
  orderView,
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

const CODE = { kind: 'code', code: RIG_CODE, typed: '', wrong: false } as const;
const KILLED: Partial<EngineView> = { ...ASKED, halted: 'operator', kill: 'none-open' };
/** What a dialog is of, what it is while it is open, what is typed into it, and what comes of that where it is seen. */
const DIALOGS: ReadonlyArray<readonly [string, Overlay, readonly string[], (rig: ConsoleRig) => unknown, unknown]> = [
  ['resume', { ...CODE, purpose: { kind: 'resume' } }, [...RIG_CODE, '\r'], sent, ['resume']],
  ['flatten', { ...CODE, purpose: { kind: 'flatten' } }, [...RIG_CODE, '\r'], sent, ['flatten']],
  [
    'loosened control',
    { ...CODE, purpose: { kind: 'loosen', from: 'manual', to: 'veto' } },
    [...RIG_CODE, '\r'],
    sent,
    ['set-control'],
  ],
  [
    'a smaller size',
    { kind: 'size', proposalId: 12, revision: 1, text: '', error: '' },
    ['5', '0', '%', '\r'],
    sent,
    ['resize'],
  ],
  ['leaving by l', { kind: 'quit', selected: 'stay', to: 'exit' }, ['l'], (rig) => rig.left(), 1],
  ['leaving by Enter', { kind: 'quit', selected: 'leave', to: 'exit' }, ['\r'], (rig) => rig.left(), 1],
  [
    'flattening',
    { kind: 'quit', selected: 'stay', to: 'exit' },
    ['f'],
    (rig) => rig.store.getSnapshot().ui.overlay.kind,
    'code',
  ],
  ['the palette', { kind: 'palette', text: '', selected: undefined }, [...'tighten', '\r'], sent, ['set-control']],
  [
    'a filter',
    { kind: 'prompt', purpose: 'filter', text: 'ETH' },
    ['\r'],
    (rig) => rig.store.getSnapshot().ui.filters.ticks,
    'ETH',
  ],
];

function sent(rig: ConsoleRig): readonly string[] {
  return rig.port.commands().map(({ kind }) => kind);
}

/** A console that has opened a dialog on a large screen, and is then of this size. */
async function dialogAt(open: Overlay, columns: number, rows: number): Promise<ConsoleRig> {
  const rig = consoleRig(120, 40);
  app = drawnApp(rig, { painted: true });
  await app.act((each) => each.show(KILLED));
  await app.act((each) => each.store.dispatch({ type: 'overlay', overlay: open }));
  await app.act((each) => each.controller.resize(columns, rows));
  return rig;
}

async function type(keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await app?.act(calmly);
    await app?.act(press(key));
    await app?.act(calmly);
  }
}

describe.each(DIALOGS)('a dialog of %s', (_, open, keys, outcome, expected) => {
  it('is answered where it is drawn whole', async () => {
    const rig = await dialogAt(open, 60, 16);
    await type(keys);
    expect(outcome(rig)).toEqual(expected);
  });

  it('does nothing in a window too small for it, and says so; Escape closes it', async () => {
    const rig = await dialogAt(open, 40, 10);
    await type(keys);
    const { ui, notice } = rig.store.getSnapshot();
    expect(outcome(rig)).not.toEqual(expected);
    expect(ui.overlay.kind).toBe(open.kind);
    expect(notice?.text).toMatch(/not on the screen: Esc closes it/);
    await type(['\u001b']);
    expect(rig.store.getSnapshot().ui.overlay.kind).toBe('none');
    expect(sent(rig)).toEqual([]);
    expect(rig.left()).toBe(0);
  });

  it.each([
    [40, 10],
    [20, 5],
    [80, 24],
  ])('lets Ctrl-K kill at %i×%i', async (columns, rows) => {
    const rig = await dialogAt(open, columns, rows);
    await type(['\u000b']);
    expect(sent(rig)).toEqual(['kill']);
  });
});

it('a window too small says that a dialog is open, and how many wait', async () => {
  await dialogAt({ ...CODE, purpose: { kind: 'resume' } }, 40, 10);
  const text = app?.terminal.rows().join('\n') ?? '';
  expect(text).toContain('needs 60×16, is 40×10');
  expect(text).toContain('a dialog is open: Esc closes it');
  expect(text).toContain('1 wait for an answer');
  expect(text).toContain('Ctrl-K kills');
});

it('what is open gives way to the code that closes it, in the smallest window', async () => {
  const orders = Array.from({ length: 9 }, (_, orderId) => orderView({ orderId }));
  const rig = consoleRig(60, 16);
  app = drawnApp(rig, { painted: true });
  await app.act((each) => each.show({ ...KILLED, orders }));
  await type(['F']);
  expect(app.terminal.rows().join('\n')).toContain('A A A A');
  await type([...RIG_CODE, '\r']);
  expect(sent(rig)).toEqual(['flatten']);
});

describe('leaving in a window that is too small', () => {
  const QUIT = { kind: 'quit', selected: 'stay', to: 'exit' } as const;
  const FLAT = { positions: [], orders: [] };
  async function asked(changes: Parameters<ConsoleRig['show']>[0], columns = 40, rows = 10): Promise<ConsoleRig> {
    const rig = await dialogAt(QUIT, columns, rows);
    await app?.act((each) => each.show({ ...KILLED, ...changes }));
    return rig;
  }
  const text = (): string => app?.terminal.rows().join('\n') ?? '';

  it.each([
    [['l'], 1],
    [['s'], 0],
    [['\r'], 0],
    [['j', '\r'], 0],
    [['k', '\r'], 1],
  ])('is asked in one row, and answered by %j', async (keys, left) => {
    const rig = await asked(FLAT);
    expect(text()).toContain('leave?  l leave ▸s stay');
    await type(keys);
    expect([rig.left(), rig.store.getSnapshot().ui.overlay.kind]).toEqual([left, 'none']);
  });

  it('takes no answer where the row does not fit, and where something is open', async () => {
    const narrow = await asked(FLAT, 20, 5);
    expect(text()).toContain('leaving needs more');
    await type(['l']);
    expect(narrow.left()).toBe(0);
    app?.close();
    const open = await asked({});
    expect(text()).toContain('leaving needs more room: Esc closes it');
    await type(['l', 'f']);
    expect([open.left(), open.store.getSnapshot().ui.overlay.kind]).toEqual([0, 'quit']);
    await type(['\u001b']);
    expect(open.store.getSnapshot().ui.overlay.kind).toBe('none');
  });
});
