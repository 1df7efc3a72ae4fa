/** What happened while nobody looked on, and when a console counts as lost. */
import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../engine/domain/index.ts';
import type { Log } from '../../../logs/index.ts';
import type { AttachedLine } from '../../../src/control/server.ts';
import type { LinkTarget } from '../../../src/host/console-link.ts';
import { Consoles } from '../../../src/host/consoles.ts';
import { Unwatched } from '../../../src/host/unwatched.ts';
import type { FromEngine, ToEngine } from '../../../state/protocol.ts';

const event = (body: object): EngineEvent => ({ seq: 1, atUs: 1, ...body }) as unknown as EngineEvent;

describe('what nobody saw', () => {
  it('is counted and told once', () => {
    const unwatched = new Unwatched();
    unwatched.note(event({ kind: 'fill' }));
    unwatched.begin('the terminal was lost', 1_000);
    unwatched.begin('another reason', 2_000);
    for (const body of [
      { kind: 'control', to: 'manual' },
      { kind: 'protective' },
      { kind: 'fill' },
      { kind: 'fill' },
      { kind: 'position-closed', realised: '-3.00', fees: '0.25' },
      { kind: 'proposal-closed', outcome: 'expired' },
      { kind: 'proposal-closed', outcome: 'withdrawn' },
      { kind: 'kill', stage: 'blocking' },
      { kind: 'kill', stage: 'none-open' },
    ])
      unwatched.note(event(body));
    expect(unwatched.end(186_000)).toBe(
      'nobody watched for 3m 05s (the terminal was lost): control MANUAL, KILLED, 1 exit, 2 fills, 1 position closed (-3.25), 1 proposal expired',
    );
    expect(unwatched.end(187_000)).toBeUndefined();
  });

  it('may be nothing', () => {
    const unwatched = new Unwatched();
    unwatched.begin('why', 0);
    expect(unwatched.end(5_000)).toBe('nobody watched for 5.0 s (why): nothing happened');
  });
});

describe('consoles of an engine', () => {
  function rig() {
    const own: FromEngine[] = [];
    let tightened = 0;
    const target = {
      ring: { lastId: 0 },
      view: () => ({}),
      whenDurable: (show: () => void) => show(),
      command: () => {},
      tighten: () => {
        tightened++;
      },
    } as unknown as LinkTarget & { tighten(): void };
    const log = { info() {}, warn() {} } as unknown as Log;
    const consoles = new Consoles(target, (message) => own.push(message), log);
    const attach = () => {
      const got: FromEngine[] = [];
      let say: (message: ToEngine | undefined) => void = () => {};
      const line: AttachedLine = {
        send: (message) => got.push(message),
        onMessage: (listener) => {
          say = listener;
        },
      };
      consoles.attach(line);
      return { say: (message: ToEngine | undefined) => say(message), notices: () => noticesOf(got) };
    };
    const noticesOf = (got: readonly FromEngine[]) =>
      got.flatMap((each) => (each.type === 'notice' ? [each.text] : []));
    return { consoles, attach, own: () => noticesOf(own), tightened: () => tightened };
  }
  const credit = { type: 'credit' } as const;

  it('a lost one tightens, and the next one is told', () => {
    const { consoles, attach, tightened } = rig();
    consoles.ready();
    consoles.handleOwn(credit);
    consoles.poll(1_000);
    consoles.handleOwn({ type: 'lost', reason: 'the terminal was lost' });
    expect(tightened()).toBe(1);
    // The process that lost it asks on, and nobody sees the answers.
    consoles.handleOwn(credit);
    consoles.poll(4_000);
    const attached = attach();
    expect(attached.notices()).toEqual([expect.stringContaining('for 3.0 s (the terminal was lost)')]);
    expect(attach().notices()).toEqual([]);
  });

  it('one that says nothing for ten seconds is lost, and told when it is back', () => {
    const { consoles, own, tightened } = rig();
    consoles.ready();
    consoles.handleOwn(credit);
    consoles.poll(9_999);
    expect(tightened()).toBe(0);
    consoles.poll(10_001);
    consoles.poll(20_000);
    expect(tightened()).toBe(1);
    consoles.handleOwn(credit);
    expect(own()).toEqual([expect.stringContaining('the console did not answer')]);
    consoles.poll(29_000);
    expect(tightened()).toBe(1);
  });

  it('one that breaks off tightens unless somebody else looks on; one that leaves does not', () => {
    const { consoles, attach, tightened } = rig();
    consoles.ready();
    const [first, second, third] = [attach(), attach(), attach()];
    first.say(undefined);
    expect(tightened()).toBe(0);
    second.say({ type: 'stop' });
    second.say(undefined);
    third.say({ type: 'stop' });
    third.say(undefined);
    expect(tightened()).toBe(0);
    const fourth = attach();
    expect(fourth.notices()).toEqual([expect.stringContaining('the attached console was left')]);
    fourth.say(undefined);
    expect(tightened()).toBe(1);
  });
});
