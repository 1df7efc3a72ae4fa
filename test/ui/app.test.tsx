/** The whole console through Ink's testing library: what stands on the screen, and what its keys do. */
import { stripVTControlCharacters } from 'node:util';
import { cleanup, render } from 'ink-testing-library';
import stringWidth from 'string-width';
import { afterEach, describe, expect, it } from 'vitest';
import { App } from '../../components/app.tsx';
import { createTheme } from '../../components/theme.ts';
import { PANEL_TITLES, PANELS } from '../../state/panels.ts';
import { onPaperAtVenue } from '../fixtures/console-live.ts';
import { explainView, logEntries } from '../fixtures/console-log.ts';
import { type ConsoleRig, consoleRig, RIG_CODE } from '../fixtures/console-rig.ts';
import { engineView, proposalView, replayView, suggestionView } from '../fixtures/console-view.ts';

afterEach(cleanup);

interface Screen extends ConsoleRig {
  rows(): readonly string[];
  text(): string;
  /** Keys with time between them, then the frame they lead to. */
  type(...keys: readonly string[]): Promise<void>;
  see(changes?: Parameters<ConsoleRig['show']>[0], lastLogId?: number): Promise<void>;
}

const painted = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const never = new Promise<never>(() => {});
/** A screen that takes 20 frames of 1,000 bytes each second, by what it is asked. */
let asked = 0;
const figures = () => {
  asked++;
  return { bytesWritten: asked * 2_000, framesWritten: asked * 2, framesSkipped: 3, rssBytes: 181e6 };
};

function mounted(columns: number, rows: number): Screen {
  const rig = consoleRig(columns, rows);
  const app = <App store={rig.store} theme={createTheme('none')} loadPlotter={() => never} figures={figures} />;
  const ink = render(app);
  Object.defineProperty(ink.stdout, 'columns', { get: () => columns });
  ink.rerender(app);
  const text = (): string => stripVTControlCharacters(ink.lastFrame() ?? '');
  return {
    ...rig,
    text,
    rows: () => text().split('\n'),
    async type(...keys) {
      for (const key of keys) rig.press(key);
      await painted();
    },
    async see(changes, lastLogId) {
      rig.show(changes, lastLogId);
      await painted();
    },
  };
}

async function shown(columns: number, rows: number, changes?: Parameters<ConsoleRig['show']>[0]): Promise<Screen> {
  const screen = mounted(columns, rows);
  await screen.see(changes, 10);
  screen.port.log(logEntries());
  screen.timers.advance(200);
  await painted();
  return screen;
}

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

describe('the first frame', () => {
  it.each(SIZES)('at %i×%i waits for nobody', (columns, rows) => {
    const screen = mounted(columns, rows);
    expect(screen.text()).toContain('waiting for the engine');
    expect(screen.text()).toContain('Ctrl-K KILL');
  });
});

describe('the screen', () => {
  it.each(SIZES)('at %i×%i is exactly that large, whatever is open', async (columns, rows) => {
    const screen = await shown(columns, rows, { replay: replayView(), halted: 'operator', kill: 'cancelling' });
    const check = (what: string): void => {
      expect([what, screen.rows().length]).toEqual([what, rows]);
      for (const row of screen.rows()) expect([what, stringWidth(row) <= columns, row]).toEqual([what, true, row]);
    };
    check('panels');
    for (const key of ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'z', 'z']) {
      await screen.type(key);
      check(key);
    }
    for (const key of ['?', 'T', '\r', 'd', ':', 'b', 'B', 'q', 'M', 'R', 'F']) {
      await screen.type(key);
      check(key);
      await screen.type('\u001b');
      expect(screen.store.getSnapshot().ui.overlay.kind).toBe('none');
    }
  });

  it('shows one panel at a time at 80×24, with what is asked on top', async () => {
    const screen = await shown(80, 24);
    for (const [at, panel] of PANELS.entries()) {
      await screen.type(String(at + 1));
      expect(screen.text()).toContain(panel === 'approvals' ? 'EXPIRES: no order' : PANEL_TITLES.approvals);
      expect(screen.text()).toContain('BUY 0.012 BTC/USDT');
    }
    await screen.type('5');
    expect(screen.text()).toMatch(/ETH\/USDT +SHORT/);
    await screen.type('8');
    expect(screen.text()).toContain('leverage: exposure 3.21× equity (limit');
    expect(screen.text()).not.toContain('producer  says');
  });

  it.each([
    [120, 40],
    [200, 60],
  ])('shows every panel at %i×%i', async (columns, rows) => {
    const screen = await shown(columns, rows);
    for (const panel of PANELS) expect(screen.text()).toContain(PANEL_TITLES[panel]);
    for (const part of ['BTC/USDT', 'momentum', 'kill ready', 'SHORT', 'disable vacuum', 'EXPIRES: no order', 'FILL']) {
      expect(screen.text()).toContain(part);
    }
  });

  it('says what it needs on a terminal that is too small, and still kills', async () => {
    const screen = await shown(50, 10);
    expect(screen.text()).toContain('needs 60×16');
    expect(screen.text()).toContain('PAPER');
    await screen.type('\u000b');
    expect(screen.port.commands()).toEqual([{ kind: 'kill' }]);
  });

  it('follows a change of size', async () => {
    const screen = await shown(120, 40);
    screen.controller.resize(80, 24);
    await painted();
    expect(screen.rows()).toHaveLength(24);
  });
});

describe('what the header must not hide', () => {
  it('LIVE is framed on every side', async () => {
    const screen = await shown(120, 40, { mode: 'LIVE' });
    expect(screen.rows()[0]).toMatch(/^(█ LIVE )+/);
    expect(screen.rows()[39]).toMatch(/^(█ LIVE )+/);
    for (const row of screen.rows().slice(1, -1)) expect(row).toMatch(/^█.*█$/);
    expect(screen.rows()[1]).toContain(' LIVE ');
    const paper = await shown(120, 40);
    expect(paper.text()).not.toContain('█ LIVE');
  });

  it('stale never looks live', async () => {
    const screen = await shown(120, 40, { feed: 'stale', feedAgeMs: 3_240 });
    expect(screen.rows()[0]).toContain('feed STALE 3.2 s');
    expect(screen.rows()[1]).toContain('~10,023.11');
    expect((await shown(120, 40, { feed: 'gap' })).rows()[0]).toContain('feed GAP');
    expect((await shown(120, 40, { feed: 'down', feedAgeMs: 65_000 })).rows()[0]).toContain('feed DOWN 1m 05s');
  });

  it('an engine that falls silent is called so, and its numbers are old', async () => {
    const screen = await shown(120, 40);
    expect(screen.rows()[1]).toContain(' 10,023.11');
    screen.timers.advance(4_000);
    await painted();
    expect(screen.text()).toContain('ENGINE SILENT for 4');
    expect(screen.rows()[0]).toContain('feed STALE 4');
    expect(screen.rows()[1]).toContain('~10,023.11');
    await screen.see();
    expect(screen.text()).not.toContain('SILENT');
  });

  it('HALTED says by whom, how far the kill is, what is held, and only what can be done now', async () => {
    const under = await shown(80, 24, { halted: 'operator', kill: 'cancelling', killOpenOrders: 3 });
    const line = (screen: Awaited<ReturnType<typeof shown>>): string => /HALTED.*/.exec(screen.text())?.[0] ?? '';
    expect(line(under)).toMatch(/^HALTED {2}by the operator {2}cancelling, 3 open, \d+ positions? *$/);
    const done = await shown(80, 24, { halted: 'operator', kill: 'none-open', killOpenOrders: 0 });
    expect(line(done)).toMatch(/^HALTED {2}by the operator {2}no entry open, \d+ positions? {2}F flatten {2}R resume/);
    const flat = await shown(80, 24, { halted: 'operator', kill: 'flat', killOpenOrders: 0, positions: [] });
    expect(line(flat)).toMatch(/^HALTED {2}by the operator {2}flat {2}R resume/);
  });

  it('an engine that has failed is told with its reason', async () => {
    const screen = await shown(80, 24);
    screen.port.emit({ type: 'stopped', reason: 'the disk is full', fault: true });
    screen.timers.advance(200);
    await painted();
    expect(screen.text()).toContain('ENGINE FAILED: the disk is full');
  });
});

describe('keys on the screen', () => {
  it('a approves once, with id and revision, and says so', async () => {
    const screen = await shown(120, 40, { seq: 99, proposals: [proposalView({ proposalId: 12, revision: 2 })] });
    await screen.type('a');
    expect(screen.port.commands()).toEqual([{ kind: 'approve', proposalId: 12, revision: 2, viewSeq: 99 }]);
    expect(screen.text()).toContain('sent: approve #12 BUY 0.012 BTC/USDT');
    screen.port.emit({ type: 'command-done', id: 1, refused: 'expired' });
    screen.timers.advance(200);
    await painted();
    expect(screen.text()).toContain('approve #12 BUY 0.012 BTC/USDT: refused, the time was over');
  });

  it('a burst and a paste approve nothing and say so', async () => {
    const screen = await shown(120, 40);
    await screen.type('aa');
    expect(screen.text()).toContain('a ignored: it came in a burst');
    await screen.type('\u001b[200~a\r\u001b[201~');
    expect(screen.text()).toContain('paste ignored');
    expect(screen.port.commands()).toEqual([]);
  });

  it('resume shows what is open and needs its code', async () => {
    const screen = await shown(80, 24, { halted: 'operator', kill: 'none-open' });
    await screen.type('R');
    expect(screen.text()).toContain('SHORT 0.41 ETH/USDT');
    expect(screen.text()).toContain(RIG_CODE.split('').join(' '));
    await screen.type('\r');
    expect(screen.text()).toContain('That was not the code');
    await screen.type(...RIG_CODE, '\r');
    expect(screen.port.commands()).toEqual([{ kind: 'resume' }]);
  });

  it('Enter explains, layer by layer, and scrolls to the end and no farther', async () => {
    const screen = await shown(80, 24);
    await screen.type('\r');
    expect(screen.text()).toContain('asking the engine');
    screen.port.emit({ type: 'explain', decisionId: 345, explain: explainView() });
    screen.timers.advance(200);
    await painted();
    for (const layer of ['PROPOSED BUY', 'producers', 'social']) expect(screen.text()).toContain(layer);
    await screen.type('\u001b[F');
    screen.timers.advance(200);
    await painted();
    expect(screen.text()).toContain('without either of them no BUY');
    await screen.type('k', 'k');
    expect(screen.text()).not.toContain('without either of them no BUY');
  });

  it('the chart shows equity on E, the log only what is filtered', async () => {
    const screen = await shown(120, 40);
    await screen.type('2', 'E');
    expect(screen.text()).toContain('equity & drawdown  E for contribution');
    await screen.type('8', '/', ...'leverage', '\r');
    expect(screen.text()).toContain('“leverage”: 1 of 10');
    expect(screen.text()).not.toContain(' FILL ');
  });
});

describe('a panel that cannot be drawn', () => {
  it('says so in its place, leaves the others alone, and is tried again', async () => {
    const screen = await shown(120, 40, { suggestions: [suggestionView({ state: null as never })] });
    expect(screen.text()).toContain('Governor cannot be drawn: TypeError');
    expect(screen.text()).toContain('EXPIRES: no order');
    await screen.see();
    expect(screen.text()).toContain('Governor cannot be drawn');
    for (let i = 0; i < 10; i++) await screen.see();
    expect(screen.text()).not.toContain('cannot be drawn');
    expect(screen.text()).toContain('disable vacuum');
  });
});

describe('what a panel is kept to', () => {
  it('stands in its title, and in its first row where it has none', async () => {
    const wide = await shown(120, 40);
    await wide.type('/', ...'eth', '\r', 'o');
    await wide.see();
    expect(wide.rows()[2]).toMatch(/1 Ticks .* “eth”: 1 of 5 {2}5 symbols, by change▾/);
    expect(wide.text()).toContain('▾change%');
    const narrow = await shown(80, 24, { proposals: [] });
    await narrow.type('/', ...'eth', '\r', 'o');
    await narrow.see({ proposals: [] });
    expect(narrow.rows()[3]).toMatch(/^ “eth”: 1 of 5/);
    await narrow.type('5', '/', ...'none', '\r');
    await narrow.see({ proposals: [] });
    expect(narrow.rows().slice(3, 5).join('\n')).toMatch(/^ “none”: 0 of 3 *\n nothing here has “none”/);
  });

  it('stands in the title of a page', async () => {
    const screen = await shown(120, 40);
    await screen.type('?', '/', ...'kill', '\r');
    expect(screen.text()).toMatch(/═ Keys {2}“kill”: \d+ of \d+/);
    expect(screen.text()).not.toContain('repaint the screen');
    await screen.type('\u001b', 'N', '/', ...'qqq', '\r');
    expect(screen.text()).toMatch(/═ Messages, newest first/);
  });
});

describe('the kinds of chart', () => {
  const KINDS = ['price', 'equity & drawdown', 'contribution', 'depth', 'latency'] as const;

  it.each(SIZES)('name themselves and what comes next, at %i×%i', async (columns, rows) => {
    const screen = await shown(columns, rows, onPaperAtVenue());
    await screen.type('2');
    for (const [at, kind] of KINDS.entries()) {
      const next = KINDS[(at + 1) % KINDS.length]!.replace(/ .*/, '');
      expect(screen.text()).toMatch(new RegExp(`${kind}  .*(S stop|E for ${next})`));
      await screen.type('E');
    }
  });

  it('have another one beside them on a large screen: depth, or contribution beside depth', async () => {
    const screen = await shown(200, 60);
    expect(screen.rows().find((row) => row.includes('2 Chart'))).toMatch(/price {2}BTC.* Depth ─+ BTC\/USDT/);
    expect(screen.text()).toContain('within 20.00');
    await screen.type('2', 'E', 'E', 'E');
    expect(screen.rows().find((row) => row.includes('2 Chart'))).toMatch(/depth {2}BTC.* Contribution ─+ BTC/);
    await screen.type('z');
    expect(screen.text()).not.toContain('Contribution');
  });

  it('are marked when the engine is silent', async () => {
    const screen = await shown(120, 40);
    await screen.type('2', 'E', 'E', 'E');
    expect(screen.text()).not.toContain('~depth');
    screen.timers.advance(5_000);
    await painted();
    expect(screen.text()).toContain('~depth  BTC/USDT');
    expect(screen.text()).toContain('~64,231.10');
  });
});

describe('the page of timing', () => {
  it('tells rates of the last seconds, sums, and what the engine says of itself', async () => {
    asked = 0;
    const screen = await shown(80, 24);
    await screen.type('T');
    for (let i = 0; i < 20; i++) await screen.see({ seq: i });
    const text = screen.text();
    expect(text).toMatch(/screen +[\d.]+ frames\/s +[\d.]+ kB\/s/);
    expect(text).not.toMatch(/screen +0\.0 frames/);
    expect(text).toMatch(/in all +\d+ frames +0\.0\d MB/);
    expect(text).toMatch(/overtaken +3 frames/);
    expect(text).toMatch(/engine +lag 2 ms +412 inputs\/s/);
    expect(text).toMatch(/memory +181 MB/);
  });
});

describe('a replay', () => {
  it('shows where it is, and what the last step changed', async () => {
    const screen = await shown(120, 40, { seq: 1, replay: replayView({ cursor: 12_344 }) });
    await screen.see({
      seq: 2,
      replay: replayView({ cursor: 12_345 }),
      account: { ...engineView().account, equity: '10024.00' },
    });
    expect(screen.text()).toContain('PAUSE  12,345 / 50,000');
    await screen.type('d');
    expect(screen.text()).toMatch(/account equity +10,023\.11 → 10,024\.00/);
  });
});
