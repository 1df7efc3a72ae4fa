/** The record of a run: what is committed when, who waits for it, and what is still kept when the journal has failed. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type EngineEvent, InputEncoder, parseMoney, readMoney, writeMoney } from '../../../engine/domain/index.ts';
import { ACCOUNT, COUNT } from '../../../engine/index.ts';
import { type FilePort, type JournalError, loadSession, SessionWriter } from '../../../logs/index.ts';
import { EffectGate } from '../../../src/host/effects.ts';
import { Recorder } from '../../../src/host/recorder.ts';
import { Sequencer } from '../../../src/host/sequencer.ts';
import { figuresOf, resultOf } from '../../../src/host/session-result.ts';
import { testConfig } from '../../fixtures/engine-session.ts';
import { ModelDisk } from '../../fixtures/model-disk.ts';
import { CONSOLE_DRAFT, inputRecord, outputEvent, temporaryDirectory, timeOf } from '../logs/helpers.ts';

interface Bench {
  readonly recorder: Recorder;
  readonly disk: ModelDisk;
  readonly operations: string[];
  readonly failures: JournalError[];
}

function bench(change: (disk: ModelDisk) => FilePort = (disk) => disk, gate?: EffectGate): Bench {
  const disk = new ModelDisk(temporaryDirectory());
  const failures: JournalError[] = [];
  const recorder = new Recorder(
    (group) => SessionWriter.open(join(disk.root, 'sessions'), 's', CONSOLE_DRAFT, { group, files: change(disk) }),
    (error) => failures.push(error),
    gate,
  );
  const operations: string[] = [];
  disk.onCall = (_call, operation) => void operations.push(operation);
  return { recorder, disk, operations, failures };
}

function take(recorder: Recorder, seq: number, events: readonly EngineEvent[] = [], isCommand = false): void {
  const record = inputRecord(seq);
  recorder.input(seq, record);
  recorder.outputs(record, events, isCommand);
}

const turns = async (count = 8): Promise<void> => {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
};

/** Looks at the disk now and then, as the engine does all the time. */
function pollThrough(recorder: Recorder, fromMs: number, toMs: number): void {
  for (let ms = fromMs; ms < toMs; ms += 500) recorder.poll(ms);
  recorder.poll(toMs);
}

function kill(seq: number): Uint8Array {
  const encoder = new InputEncoder();
  encoder.command({ kind: 'kill' }, 'journal');
  encoder.stamp(seq, timeOf(seq));
  return encoder.bytes().slice();
}

test('market data is written within 50 ms and synced within a second; nobody waits for it', async () => {
  const { recorder, operations } = bench();
  take(recorder, 1);
  recorder.poll(10_000);
  await turns();
  expect(operations.at(-1)).toBe('dataSync');
  expect([recorder.gate.durableSeq, recorder.boundSeq]).toEqual([1, 0]);
  operations.length = 0;
  take(recorder, 2);
  recorder.poll(10_010);
  await turns();
  expect(operations).toEqual(['write']);
  take(recorder, 3);
  recorder.poll(10_050);
  await turns();
  expect(operations).toEqual(['write']);
  recorder.poll(10_060);
  await turns();
  expect(operations).toEqual(['write', 'write']);
  recorder.poll(10_900);
  await turns();
  expect([operations.length, recorder.gate.durableSeq]).toEqual([2, 1]);
  recorder.poll(11_000);
  await turns();
  expect([operations.at(-1), recorder.gate.durableSeq]).toEqual(['dataSync', 3]);
});

test('what binds is synced at once, and whoever hangs on it leaves then', async () => {
  const { recorder, operations } = bench();
  const left: string[] = [];
  take(recorder, 1, [outputEvent(1)]);
  expect(recorder.boundSeq).toBe(1);
  recorder.gate.pass({ seq: 1, release: () => left.push('answer'), refuse: () => left.push('refused') });
  expect(left).toEqual([]);
  await turns();
  expect([operations.at(-1), left]).toEqual(['dataSync', ['answer']]);
});

test('a disk that owes a commit for five seconds has failed: the engine hears of it, whoever waits is refused', async () => {
  const never = new Promise<never>(() => {});
  const { recorder, failures } = bench((disk) =>
    Object.assign(disk, { pooled: { ...disk.pooled, dataSync: () => never } }),
  );
  const told: string[] = [];
  take(recorder, 1, [outputEvent(1)]);
  recorder.gate.pass({ seq: 1, release: () => told.push('out'), refuse: (why) => told.push(why) });
  pollThrough(recorder, 1_000, 5_900);
  await turns();
  expect([told, failures]).toEqual([[], []]);
  recorder.poll(6_001);
  await turns();
  expect(failures.map((error) => error.reason)).toEqual(['the disk has not answered for 5 s']);
  expect(told).toEqual([expect.stringContaining('has not answered')]);
  expect(recorder.failure).toBe(failures[0]);
});

test('a program that was stopped does not take that for a disk that hangs', async () => {
  const { recorder, failures } = bench();
  take(recorder, 1, [outputEvent(1)]);
  recorder.poll(1_000);
  recorder.poll(600_000);
  await turns();
  expect([failures, recorder.gate.durableSeq]).toEqual([[], 1]);
});

test('a disk that answers each time is not given up, however long it is busy', async () => {
  const { recorder, failures } = bench();
  for (let seq = 1; seq <= 20; seq++) {
    take(recorder, seq, [outputEvent(seq)]);
    recorder.poll(seq * 1_000);
    await turns(4);
  }
  expect(failures).toEqual([]);
});

test('after the failure commands are kept as last words, other inputs while half of the room is left', async () => {
  const { recorder, disk, failures } = bench();
  take(recorder, 1, [outputEvent(1)]);
  await turns();
  disk.onCall = (_call, _operation, path) => {
    if (path.endsWith('.journal')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  take(recorder, 2, [outputEvent(2)]);
  await turns();
  expect(failures).toHaveLength(1);
  for (let seq = 3; seq < 600; seq++) take(recorder, seq, [outputEvent(seq)]);
  recorder.outputs(kill(600), [outputEvent(600)], true);
  await turns(2_000);
  const target = temporaryDirectory();
  disk.powerCut(1, target);
  const { source, lastWords } = loadSession(join(target, 'sessions', 's'));
  expect([source.count, recorder.gate.durableSeq]).toEqual([1, 1]);
  const seqs = new Set(lastWords.map((word) => word.seq));
  // What had bound somebody and was not on the disk yet comes first.
  expect(lastWords[0]?.seq).toBe(2);
  expect(seqs.has(3)).toBe(true);
  expect(seqs.has(599)).toBe(false);
  expect(lastWords.at(-2)).toMatchObject({ type: 7, seq: 600 });
});

test('the kill has its place in the last words whatever came before it, in the order in which it came', async () => {
  const { recorder, disk } = bench();
  const bulky = Array.from({ length: 40 }, () => ({ ...outputEvent(1), kind: 'decision', trace: 'x'.repeat(2_000) }));
  disk.onCall = (_call, _operation, path) => {
    if (path.endsWith('.journal')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  take(recorder, 1, [...(bulky as unknown as EngineEvent[]), outputEvent(1)]);
  take(
    recorder,
    2,
    Array.from({ length: 400 }, () => outputEvent(2)),
  );
  await turns();
  recorder.outputs(kill(3), [outputEvent(3)], true);
  await turns(40);
  const target = temporaryDirectory();
  disk.powerCut(1, target);
  const { lastWords } = loadSession(join(target, 'sessions', 's'));
  // The second one takes more than half of the room.
  expect(lastWords.map(({ type, seq }) => [type, seq]).filter(([type]) => type !== 64)).toEqual([
    [expect.any(Number), 1],
    [7, 3],
  ]);
  expect(lastWords.filter(({ type, seq }) => type === 64 && seq === 1)).toHaveLength(1);
});

test('what binds between the failure and its telling stands behind what bound before', async () => {
  const never = new Promise<never>(() => {});
  const { recorder, disk } = bench((each) => {
    const { pooled } = each;
    const dataSync = (descriptor: number) => (recorder.failure === undefined ? never : pooled.dataSync(descriptor));
    return Object.assign(each, { pooled: { ...pooled, dataSync } });
  });
  take(recorder, 1, [outputEvent(1)]);
  pollThrough(recorder, 1_000, 7_000);
  take(recorder, 2, [outputEvent(2)]);
  expect(recorder.failure).toBeDefined();
  await turns(20);
  const target = temporaryDirectory();
  disk.powerCut(1, target);
  const words = loadSession(join(target, 'sessions', 's')).lastWords;
  expect(words.map(({ seq }) => seq)).toEqual([1, 1, 2, 2]);
});

test('a run has begun when its checkpoint is on the disk, and not with the input before that', async () => {
  const gate = new EffectGate(0, false);
  const { recorder } = bench((disk) => disk, gate);
  const sequencer = new Sequencer(testConfig({ control: 'manual' }), recorder, () => {});
  const command = (mode: 'observe' | 'manual') => {
    sequencer.encoder.command({ kind: 'set-control', mode }, 'console');
    sequencer.accept(timeOf(1));
  };
  command('observe');
  sequencer.markBegun();
  await turns();
  const left: string[] = [];
  const exit = (seq: number) => ({ seq, release: () => left.push(`${seq} out`), refuse: () => left.push(`${seq} no`) });
  expect(gate.durableSeq).toBe(1);
  gate.pass(exit(8), 'protective');
  command('manual');
  await turns();
  gate.pass(exit(9), 'protective');
  gate.fail('the disk is gone');
  expect(left).toEqual(['8 no', '9 out']);
});

test('what came of a run stands in its manifest, against what it began with', async () => {
  const { recorder, disk } = bench();
  const sequencer = new Sequencer(testConfig(), recorder, () => {});
  sequencer.encoder.timer();
  sequencer.accept(timeOf(1));
  const { counts, money } = sequencer.state.account;
  counts[COUNT.roundTrips] = 3;
  counts[COUNT.wins] = 2;
  writeMoney(money, ACCOUNT.cash, readMoney(money, ACCOUNT.cash) - parseMoney('3.5')!);
  const begun = figuresOf(sequencer.state);
  counts[COUNT.roundTrips] = 4;
  expect(resultOf(sequencer.state, begun)).toEqual({ equity: '9996.50', equityChange: '0.00', trades: 1, wins: 0 });
  await sequencer.finish();
  const target = temporaryDirectory();
  disk.powerCut(1, target);
  const { manifest } = loadSession(join(target, 'sessions', 's'));
  expect(manifest.result).toEqual({ equity: '9996.50', equityChange: '-3.50', trades: 4, wins: 2 });
});

test('the end of a record that failed is its error; a fault elsewhere keeps what there was', async () => {
  const failed = bench();
  take(failed.recorder, 1);
  failed.disk.onCall = () => {
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  };
  await expect(failed.recorder.finish('0'.repeat(32))).rejects.toMatchObject({ name: 'JournalError', code: 'ENOSPC' });
  const other = bench();
  for (let seq = 1; seq <= 5; seq++) take(other.recorder, seq);
  await other.recorder.letGo();
  const target = temporaryDirectory();
  other.disk.powerCut(1, target);
  const { source, manifest } = loadSession(join(target, 'sessions', 's'));
  expect([source.count, manifest.complete]).toEqual([5, false]);
});
