/** The mounted console, from the bytes of a key to the bytes on the terminal: a pipe stands in for the tty. */
import { afterEach, describe, expect, it } from 'vitest';
import type { NotifyWay } from '../../src/terminal/calling.ts';
import { armedLive } from '../fixtures/console-live.ts';
import { engineView, proposalView } from '../fixtures/console-view.ts';
import { closeMounted, listeners, mountedConsole } from '../fixtures/mounted-console.ts';

afterEach(closeMounted);

const mounted = (notify: readonly NotifyWay[] = []) => mountedConsole({ notify });

describe.runIf(process.platform === 'linux')('the mounted console', () => {
  it('draws its first frame at once, before the engine and before the loop has turned', async () => {
    const console_ = mounted();
    await console_.drain();
    expect(console_.terminal.isAlternate()).toBe(true);
    expect(console_.terminal.modes().bracketedPaste).toBe(true);
    expect(console_.text()).toContain('waiting for the engine');
    expect(console_.stdin.raw).toEqual([true]);
  });

  it('opens with the first steps where it is asked to, in its first frame', async () => {
    const console_ = mountedConsole({ tour: true });
    await console_.drain();
    expect(console_.text()).toContain('First steps, 1 of 4');
  });

  it('shows a view, and an approval goes out once with what was seen', async () => {
    const console_ = mounted();
    console_.port.view(engineView({ seq: 5, proposals: [proposalView({ proposalId: 12, revision: 2 })] }));
    await console_.until('the view', () => console_.text().includes('BUY 0.012 BTC/USDT'));
    expect(console_.port.sent).toContainEqual({ type: 'credit' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    console_.stdin.emit('data', 'a');
    await console_.until('the command', () => console_.port.commands().length > 0);
    expect(console_.port.commands()).toEqual([{ kind: 'approve', proposalId: 12, revision: 2, viewSeq: 5 }]);
  });

  it('rings once for a proposal, keeps the number of unanswered ones in the title, and gives the title back', async () => {
    const console_ = mounted(['bell']);
    await console_.terminal.write('\u001b]2;the shell\u0007');
    console_.port.view(engineView({ proposals: [] }));
    await console_.until('the title', () => console_.terminal.title() === 'Chimera PAPER');
    expect(console_.terminal.bells()).toBe(0);
    console_.port.view(engineView());
    await console_.until('the bell', () => console_.terminal.bells() === 1);
    expect(console_.terminal.title()).toBe('(1) Chimera PAPER');
    console_.port.view(engineView({ seq: 46_000 }));
    await new Promise((resolve) => setTimeout(resolve, 250));
    await console_.drain();
    expect([console_.terminal.bells(), console_.output().split('\u001b]2;').length - 1]).toEqual([1, 2]);
    console_.stdin.emit('data', '\u001a');
    await console_.until('the text', () => console_.text().includes('Chimera is hidden'));
    console_.port.view(engineView({ proposals: [proposalView(), proposalView({ proposalId: 13 })] }));
    await console_.until('the title of a hidden console', () => console_.terminal.title() === '(2) Chimera PAPER');
    console_.handle.close();
    await console_.drain();
    expect(console_.terminal.title()).toBe('the shell');
  });

  it('frames a live run with edges that are solid on all sides', async () => {
    const console_ = mounted();
    console_.port.view(armedLive());
    await console_.until('the frame', () => console_.text().includes('█ LIVE █'));
    const solid = (at: number): boolean => /^█ 1 .* 0$/.test(console_.terminal.cells()[at]!);
    expect([0, 1, 20, 39].map((row) => solid(row * 120))).toEqual([true, true, true, true]);
    expect([1, 20].map((row) => solid(row * 120 + 119))).toEqual([true, true]);
  });

  it('loads the chart after the first frames', async () => {
    const console_ = mounted();
    console_.port.view(engineView());
    await console_.until('the chart', () => /P +64,233\.10 ⡇/.test(console_.text()));
  });

  it('kills before anything is painted', () => {
    const console_ = mounted();
    console_.stdin.emit('data', '\u000b');
    expect(console_.port.commands()).toEqual([{ kind: 'kill' }]);
  });

  it('shows console calls as messages, and no byte of them anywhere else', async () => {
    const console_ = mounted();
    console.warn('a warning \u001b[31mfrom a library');
    await console_.until('the message', () => console_.text().includes('a warning ?[31mfrom a library'));
    expect(console_.output()).not.toContain('\u001b[31mfrom');
  });

  it('paints all again on Ctrl-L, and follows a resize', async () => {
    const console_ = mounted();
    console_.port.view(engineView());
    await console_.until('the view', () => console_.text().includes('10,023.11'));
    const before = console_.output().length;
    console_.stdin.emit('data', '\u000c');
    await console_.until('the repaint', () => console_.output().slice(before).includes('\u001b[2J'));
    console_.terminal.resize(80, 24);
    console_.stdout.columns = 80;
    console_.stdout.rows = 24;
    console_.stdout.emit('resize');
    await console_.until(
      'the small screen',
      () => console_.terminal.rows().length === 24 && console_.text().includes('8 Log'),
    );
    expect(console_.terminal.rows().at(-1)).toContain('Ctrl-K KILL');
  });

  it('hides on Ctrl-Z and comes back on a key that does nothing else, but a kill', async () => {
    const console_ = mounted();
    console_.port.view(engineView({ seq: 5, proposals: [proposalView()] }));
    await console_.until('the view', () => console_.text().includes('BUY 0.012 BTC/USDT'));
    await new Promise((resolve) => setTimeout(resolve, 600));
    console_.stdin.emit('data', '\u001a');
    await console_.until('the text', () => console_.text().includes('the engine goes on: PAPER MANUAL'));
    expect(console_.terminal.isAlternate()).toBe(false);
    console_.port.view(engineView({ seq: 6, proposals: [proposalView()] }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    await console_.drain();
    expect(console_.text()).not.toContain('10,023.11');
    console_.stdin.emit('data', 'a');
    await console_.until('the console', () => console_.text().includes('BUY 0.012 BTC/USDT'));
    expect(console_.terminal.isAlternate()).toBe(true);
    // What is on screen again has only just appeared.
    await new Promise((resolve) => setTimeout(resolve, 100));
    console_.stdin.emit('data', 'a');
    await console_.until('the refusal', () => console_.text().includes('only just appeared'));
    console_.stdin.emit('data', '\u001a');
    console_.stdin.emit('data', '\u000b');
    await console_.until('the console', () => console_.terminal.isAlternate());
    expect(console_.port.commands()).toEqual([{ kind: 'kill' }]);
  });

  it('paints all again after it was stopped and let go on, with the terminal as it needs it', async () => {
    const console_ = mounted();
    console_.port.view(engineView());
    await console_.until('the view', () => console_.text().includes('10,023.11'));
    const before = console_.output().length;
    process.emit('SIGCONT');
    await console_.until('the repaint', () => /\[\?1049h.*\[2J.*10,023\.11/s.test(console_.output().slice(before)));
    expect(console_.stdin.raw).toEqual([true, false, true]);
    process.emit('SIGTSTP');
    await console_.until('the text', () => console_.text().includes('Chimera is hidden'));
  });

  it('leaves once when asked, with the terminal and the process as they were', async () => {
    const console_ = mounted();
    await console_.drain();
    console_.stdin.emit('data', 'q');
    await new Promise((resolve) => setTimeout(resolve, 60));
    console_.stdin.emit('data', 'l');
    await console_.until('the end', () => console_.exits.length > 0);
    await console_.drain();
    expect(console_.exits).toEqual([{ kind: 'left' }]);
    expect(console_.terminal.isAlternate()).toBe(false);
    expect(console_.terminal.modes()).toEqual({ bracketedPaste: false, wraparound: true });
    expect(console_.output().endsWith('\u001b[?1049l')).toBe(true);
    expect(console_.stdin.raw).toEqual([true, false]);
    expect(listeners()).toEqual(console_.before);
    console_.port.view(engineView());
    await new Promise((resolve) => setTimeout(resolve, 150));
    await console_.drain();
    expect(console_.output().endsWith('\u001b[?1049l')).toBe(true);
  });

  it.each([
    ['fails', 'error'],
    ['ends', 'end'],
  ])('says that the terminal is lost when its input %s', async (_, event) => {
    const console_ = mounted();
    console_.stdin.emit(event, new Error('EIO'));
    expect(console_.exits).toMatchObject([{ kind: 'terminal-lost' }]);
    console_.handle.close();
    expect(console_.exits).toHaveLength(1);
  });
});
