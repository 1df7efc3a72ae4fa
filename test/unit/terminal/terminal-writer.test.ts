/** The writer: one text on its way, retries when the terminal is full, gives up when it is gone. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AsyncTerminalWriter, type TerminalSink } from '../../../src/terminal/terminal-writer.ts';

type Done = (error: NodeJS.ErrnoException | null, written: number) => void;

function started() {
  const writes: Array<{ text: string; done: Done }> = [];
  let closed = 0;
  const sink: TerminalSink = {
    write: (bytes, done) => writes.push({ text: Buffer.from(bytes).toString('utf8'), done }),
    close: () => {
      closed++;
    },
  };
  const events = { idle: 0, dead: [] as string[] };
  const writer = new AsyncTerminalWriter(sink, {
    onIdle: () => {
      events.idle++;
    },
    onDead: (error) => events.dead.push(error.message),
  });
  return { writer, writes, events, closed: () => closed };
}

const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the writer', () => {
  it('has one text on its way and takes no other until it is out', () => {
    const { writer, writes, events } = started();
    writer.write('one');
    writer.write('two');
    expect(writes.map((each) => each.text)).toEqual(['one']);
    expect(writer.busy).toBe(true);
    writes[0]?.done(null, 3);
    expect([writer.busy, events.idle]).toEqual([false, 1]);
    writer.write('three');
    expect(writes[1]?.text).toBe('three');
  });

  it('writes the rest of what was taken in part', () => {
    const { writer, writes, events } = started();
    writer.write('é123');
    writes[0]?.done(null, 3);
    vi.advanceTimersByTime(0);
    expect(writes[1]?.text).toBe('23');
    writes[1]?.done(null, 2);
    expect([events.idle, writer.bytesWritten]).toEqual([1, 5]);
  });

  it('tries a full terminal again and again, without losing anything', () => {
    const { writer, writes, events } = started();
    writer.write('abc');
    for (let i = 0; i < 5; i++) {
      writes[i]?.done(failure('EAGAIN'), 0);
      vi.advanceTimersByTime(100);
    }
    expect(writes).toHaveLength(6);
    expect(writes[5]?.text).toBe('abc');
    writes[5]?.done(null, 3);
    expect([events.idle, events.dead]).toEqual([1, []]);
  });

  it.each(['EIO', 'EPIPE', 'EBADF'])('is dead after %s, says so once, and writes no more', (code) => {
    const { writer, writes, events, closed } = started();
    writer.write('abc');
    writes[0]?.done(failure(code), 0);
    expect(events).toEqual({ idle: 0, dead: [code] });
    writer.write('def');
    expect([writes.length, writer.busy, closed()]).toEqual([1, true, 1]);
  });

  it('closes its descriptor once, after the write that is on its way', () => {
    const idle = started();
    idle.writer.close();
    idle.writer.close();
    expect(idle.closed()).toBe(1);
    const busy = started();
    busy.writer.write('abc');
    busy.writer.close();
    expect(busy.closed()).toBe(0);
    busy.writes[0]?.done(null, 3);
    expect([busy.closed(), busy.events.idle]).toEqual([1, 0]);
  });
});
