/** The user stream's connection: kept, renewed, given up when silent, and made again with growing pauses. */
import { describe, expect, it } from 'vitest';
import { UserStream } from '../../../../src/brokers/binance/user-stream.ts';
import type { SocketEvents, Wire } from '../../../../src/brokers/binance/wire.ts';
import { VirtualTime } from '../../../sim/world/virtual-time.ts';

const SECOND_US = 1_000_000;

function streamed(behaviour: { readonly keeps?: () => boolean } = {}) {
  const time = new VirtualTime(SECOND_US);
  const world = { refuses: false, answersPings: true, ownFrames: 0, prolonged: 0, connects: [] as number[] };
  let events: SocketEvents | undefined;
  const restored: string[] = [];
  const wire: Wire = {
    http: () => {},
    close: () => {},
    socket: (_url, heard) => {
      world.connects.push(time.nowUs);
      events = heard;
      time.after(10_000, () => (world.refuses ? heard.closed('refused') : heard.open()));
      return {
        send: () => {},
        ping: () => {
          if (world.answersPings) time.after(20_000, () => heard.alive());
        },
        terminate: () => {},
      };
    },
  };
  const stream = new UserStream({
    schedule: { nowUs: () => time.nowUs, after: () => () => {} },
    wire,
    access: {
      address: (found) => found('ws://there', ''),
      subscription: () => undefined,
      subscribed: () => undefined,
      prolong: (done) => {
        world.prolonged++;
        done(behaviour.keeps?.() ?? true);
      },
    },
    events: { frame: () => void world.ownFrames++, restored: (why) => restored.push(why), notice: () => {} },
    random: () => 0.5,
  });
  const tick = (): void => {
    stream.tick();
    time.after(100_000, tick);
  };
  time.after(100_000, tick);
  const run = (seconds: number): void => {
    const untilUs = time.nowUs + seconds * SECOND_US;
    while (time.nextAtUs <= untilUs) time.step();
    time.nowUs = untilUs;
  };
  stream.open();
  return { time, world, stream, restored, run, socket: () => events! };
}

describe('a user stream', () => {
  it('stands as long as it is heard, and its key is prolonged every half hour', () => {
    const { stream, world, run } = streamed();
    run(2 * 3600);
    expect(stream.isHeard).toBe(true);
    expect(world.connects).toHaveLength(1);
    expect(world.prolonged).toBe(3);
  });

  it('is given up when a ping is not answered, and what was missed is told', () => {
    const { stream, world, run, restored } = streamed();
    run(60);
    world.answersPings = false;
    for (let tenths = 0; tenths < 130 && stream.isHeard; tenths++) run(0.1);
    expect(stream.isHeard).toBe(false);
    world.answersPings = true;
    run(10);
    expect(stream.isHeard).toBe(true);
    expect(restored).toEqual([expect.stringContaining('nothing was heard')]);
  });

  it('is made anew when its key has expired, and before the venue cuts it off after a day', () => {
    let kept = true;
    const { world, run, restored } = streamed({ keeps: () => kept });
    run(1700);
    kept = false;
    run(200);
    expect(restored).toEqual([expect.stringContaining('expired')]);
    kept = true;
    run(24 * 3600);
    expect(world.connects.length).toBe(3);
  });

  it('is tried again at most sixty times in five minutes, whether refused or cut off at once', () => {
    const refused = streamed();
    refused.world.refuses = true;
    refused.run(600);
    const flapping = streamed();
    for (let i = 0; i < 600; i++) {
      flapping.run(1);
      if (flapping.stream.liveSinceUs !== undefined) flapping.socket().closed('cut');
    }
    for (const { world } of [refused, flapping]) {
      const most = world.connects.map(
        (atUs) => world.connects.filter((each) => each >= atUs && each < atUs + 300 * SECOND_US).length,
      );
      expect(Math.max(...most)).toBeLessThanOrEqual(60);
      expect(world.connects.length).toBeGreaterThan(10);
    }
  });

  it('hears nothing of a connection that was given up', () => {
    const { world, run, socket, stream } = streamed();
    run(5);
    const old = socket();
    stream.renew('a fill was missed');
    run(5);
    const before = world.ownFrames;
    old.message('{}');
    old.closed('late');
    expect(world.ownFrames).toBe(before);
    expect(stream.isHeard).toBe(true);
    stream.close();
    run(60);
    expect(world.connects).toHaveLength(2);
  });
});
