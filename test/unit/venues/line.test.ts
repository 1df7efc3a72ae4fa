/** A line to a venue in virtual time: tried again with pauses, bounded, watched, and renewed before its time is over. */
import { expect, it } from 'vitest';
import { Line } from '../../../src/venues/line.ts';
import type { SocketEvents } from '../../../src/venues/network.ts';
import { SlidingLimit } from '../../../src/venues/sliding-limit.ts';
import { VirtualTime } from '../../sim/world/virtual-time.ts';

const SECOND_US = 1_000_000;
const HOUR_US = 3600 * SECOND_US;

class Rig {
  readonly time = new VirtualTime(SECOND_US);
  readonly sockets: Array<{ events: SocketEvents; pings: number; dropped: boolean }> = [];
  readonly told: string[] = [];
  readonly line: Line;
  /** Answers pings. */
  pongs = true;

  constructor(most = 60) {
    const time = this.time;
    const after = (delayUs: number, task: () => void): (() => void) => {
      let off = false;
      time.after(delayUs, () => off || task());
      return () => {
        off = true;
      };
    };
    this.line = new Line({
      url: 'ws://venue',
      schedule: { nowUs: () => time.nowUs, after },
      unit: () => 0.5,
      connects: new SlidingLimit(most, 300 * SECOND_US),
      open: (_, events) => {
        const socket = { events, pings: 0, dropped: false };
        this.sockets.push(socket);
        return {
          ping: () => {
            socket.pings++;
            if (this.pongs) time.after(1_000, () => events.alive());
          },
          drop: () => {
            socket.dropped = true;
          },
        };
      },
      events: {
        opened: () => this.told.push('opened'),
        frame: (bytes) => this.told.push(String(bytes[0])),
        lost: (why) => this.told.push(`lost: ${why}`),
      },
    });
  }

  run(us: number): void {
    const untilUs = this.time.nowUs + us;
    while (this.time.nextAtUs <= untilUs) this.time.step();
    this.time.nowUs = untilUs;
  }

  /** Until there are so many connections, for at most a day. */
  until(sockets: number): void {
    const lastUs = this.time.nowUs + 24 * HOUR_US;
    while (this.sockets.length < sockets && this.time.nextAtUs <= lastUs) this.time.step();
  }

  say(socket: number, what: number): void {
    this.sockets[socket]!.events.frame(Uint8Array.of(what));
  }
}

it('goes on after refusals with pauses that double, up to half a minute', () => {
  const rig = new Rig();
  rig.line.start();
  const atS: number[] = [];
  while (atS.length < 12) {
    atS.push(rig.time.nowUs / SECOND_US);
    rig.sockets.at(-1)!.events.closed('refused');
    const before = rig.sockets.length;
    while (rig.sockets.length === before) rig.time.step();
  }
  const pauses = atS.slice(1).map((at, i) => at - atS[i]!);
  expect(pauses.map((pause) => Number(pause.toFixed(4)))).toEqual([
    ...[0.1875, 0.375, 0.75, 1.5, 3, 6, 12, 22.5, 22.5, 22.5, 22.5],
  ]);
  expect(rig.line.state).toBe('down');
  expect(rig.told).toEqual([]);
});

it('makes no more connections than it may, over all causes', () => {
  const rig = new Rig(5);
  rig.line.start();
  for (let i = 0; i < 4; i++) {
    rig.sockets.at(-1)!.events.opened();
    rig.line.restart('no data');
    rig.run(2 * SECOND_US);
  }
  rig.sockets.at(-1)!.events.opened();
  rig.line.restart('no data');
  rig.run(280 * SECOND_US);
  expect([rig.sockets.length, rig.line.state]).toEqual([5, 'down']);
  rig.run(15 * SECOND_US);
  expect(rig.sockets.length).toBe(6);
});

it('pings, and gives up a connection that shows no sign of life', () => {
  const rig = new Rig();
  rig.line.start();
  rig.sockets[0]!.events.opened();
  rig.run(60 * SECOND_US);
  expect(rig.sockets[0]).toMatchObject({ pings: 12, dropped: false });
  rig.pongs = false;
  rig.run(21 * SECOND_US);
  expect(rig.sockets[0]!.dropped).toBe(true);
  expect(rig.told).toEqual(['opened', 'lost: no sign of life for 15 s']);
});

it('gives up a connection that does not come to stand', () => {
  const rig = new Rig();
  rig.line.start();
  rig.run(11 * SECOND_US);
  expect([rig.sockets.length, rig.sockets[0]!.dropped]).toEqual([2, true]);
});

it('is renewed before 24 hours: what the second connection heard meanwhile comes when it takes over', () => {
  const rig = new Rig();
  rig.line.start();
  rig.sockets[0]!.events.opened();
  rig.run(23 * HOUR_US);
  expect(rig.sockets.length).toBe(1);
  rig.until(2);
  expect(rig.time.nowUs).toBeLessThan(23.5 * HOUR_US);
  const [first, second] = rig.sockets;
  second!.events.opened();
  rig.say(0, 1);
  rig.say(1, 1);
  rig.say(0, 2);
  rig.say(1, 2);
  expect(rig.told).toEqual(['opened', '1', '2']);
  rig.run(4 * SECOND_US);
  expect([first!.dropped, second!.dropped]).toEqual([true, false]);
  rig.say(0, 9);
  rig.say(1, 3);
  expect(rig.told).toEqual(['opened', '1', '2', '1', '2', '3']);
});

it('goes over to the second connection at once when the first ends meanwhile, and nothing counts as lost', () => {
  const rig = new Rig();
  rig.line.start();
  rig.sockets[0]!.events.opened();
  rig.line.renew();
  rig.sockets[1]!.events.opened();
  rig.say(1, 1);
  rig.sockets[0]!.events.closed('24 h');
  rig.say(1, 2);
  expect(rig.told).toEqual(['opened', '1', '2']);
});

it('keeps the first connection when the second one says nothing, and tries another one later', () => {
  const rig = new Rig();
  rig.line.start();
  rig.sockets[0]!.events.opened();
  rig.until(2);
  rig.sockets[1]!.events.opened();
  rig.run(31 * SECOND_US);
  expect(rig.sockets.map(({ dropped }) => dropped)).toEqual([false, true]);
  rig.run(31 * SECOND_US);
  expect(rig.sockets.length).toBe(3);
});

it('says and does nothing more when it is stopped', () => {
  const rig = new Rig();
  rig.line.start();
  rig.sockets[0]!.events.opened();
  rig.line.stop();
  rig.say(0, 1);
  rig.sockets[0]!.events.closed('gone');
  rig.run(HOUR_US);
  expect([rig.told, rig.sockets.length, rig.sockets[0]!.dropped]).toEqual([['opened'], 1, true]);
});

it('does not follow a venue that says of each connection that it will end it', () => {
  const rig = new Rig();
  rig.line.start();
  rig.sockets[0]!.events.opened();
  for (let i = 0; i < 100; i++) {
    const before = rig.sockets.length;
    rig.line.renew();
    if (rig.sockets.length > before) rig.sockets.at(-1)!.events.opened();
    rig.say(rig.sockets.length - 1, 1);
    rig.run(2 * SECOND_US);
  }
  expect(rig.sockets.length).toBe(11);
  expect(rig.told.some((told) => told.startsWith('lost'))).toBe(false);
});
