/** A disk that fills up or fails: nothing is acknowledged any more, and a halt is made durable all the same. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { type EngineEvent, InputEncoder, InvariantError } from '../../../engine/domain/index.ts';
import { type FilePort, loadSession, SessionWriter, verifyJournal } from '../../../logs/index.ts';
import { ModelDisk } from '../../fixtures/model-disk.ts';
import {
  appendSample,
  CONSOLE_DRAFT,
  IMPORT_DRAFT,
  inputRecord,
  temporaryDirectory,
  thrown,
  timeOf,
  withChangedFile,
} from './helpers.ts';

const OPTIONS = { segmentBytes: 8192, blockBytes: 1024 };

function kill(seq: number): { input: Uint8Array; events: EngineEvent[] } {
  const encoder = new InputEncoder();
  encoder.command({ kind: 'kill' }, 'console');
  encoder.stamp(seq, timeOf(seq));
  return {
    input: encoder.bytes().slice(),
    events: [{ seq, atUs: timeOf(seq), kind: 'command-refused', command: 'kill', reason: 'expired', subject: 0 }],
  };
}

/** What a promise is rejected with; fails the test when it is not. */
const rejected = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it was not rejected'),
    (error: unknown) => error,
  );

interface Run {
  writer: SessionWriter | undefined;
  acknowledged: number;
  error: unknown;
}

/** Records and syncs until the disk fails or 300 inputs are in. */
function record(files: FilePort, root: string): Run {
  const run: Run = { writer: undefined, acknowledged: 0, error: undefined };
  try {
    const writer = SessionWriter.open(join(root, 'sessions'), 's', CONSOLE_DRAFT, { ...OPTIONS, files });
    run.writer = writer;
    for (let from = 1; from <= 300; from += 10) {
      appendSample(writer, from, from + 9);
      writer.sync();
      run.acknowledged = from + 9;
    }
  } catch (error) {
    run.error = error;
  }
  return run;
}

/** What a power cut right now leaves; several of them, each with its own luck. */
function expectKept(disk: ModelDisk, acknowledged: number, seqs: readonly number[]): void {
  for (let seed = 1; seed <= 3; seed++) {
    const target = temporaryDirectory();
    disk.powerCut(seed, target);
    const directory = join(target, relative(disk.root, join(disk.root, 'sessions', 's')));
    const { source, lastWords } = loadSession(directory);
    expect(source.count).toBeGreaterThanOrEqual(acknowledged);
    expect(lastWords.map((word) => [word.type, word.seq, word.atUs])).toEqual(
      seqs.flatMap((seq) => [
        [7, seq, timeOf(seq)],
        [64, seq, timeOf(seq)],
      ]),
    );
    expect(verifyJournal(directory)).toMatchObject({ holds: true, lastWords: seqs.length * 2 });
    rmSync(target, { recursive: true });
  }
}

test('on a full disk, at whatever byte it is full, a kill is still made durable', { timeout: 60_000 }, async () => {
  for (let capacityBytes = 72_000; capacityBytes < 92_000; capacityBytes += 1777) {
    const disk = new ModelDisk(temporaryDirectory(), { capacityBytes });
    const { writer, acknowledged, error } = record(disk, disk.root);
    expect(error).toMatchObject({ name: 'JournalError', code: 'ENOSPC' });
    const first = kill(writer!.lastSeq + 1);
    await writer!.appendLast(first.input, first.events);
    expectKept(disk, acknowledged, [writer!.lastSeq + 1]);
    const second = kill(writer!.lastSeq + 2);
    await writer!.appendLast(second.input, second.events);
    expect(thrown(() => writer!.sync())).toBe(error);
    writer!.abort();
    expectKept(disk, acknowledged, [writer!.lastSeq + 1, writer!.lastSeq + 2]);
  }
});

test('the room is on the disk before the first input is: space promised but not taken is none', () => {
  const disk = new ModelDisk(temporaryDirectory());
  SessionWriter.open(join(disk.root, 'sessions'), 's', CONSOLE_DRAFT, { files: disk }).abort();
  for (let seed = 1; seed <= 20; seed++) {
    const target = temporaryDirectory();
    disk.powerCut(seed, target);
    const bytes = readFileSync(join(target, 'sessions', 's', 'last.words'));
    expect(bytes.byteLength).toBe(65_536);
    expect(bytes.toString('ascii', 0, 8)).toBe('CHIMERA1');
  }
});

/** A disk whose call number `failing` fails once; what is called after it is listed. */
class FailingDisk extends ModelDisk {
  readonly after: string[] = [];

  constructor(root: string, failing: number, code: string) {
    super(root);
    this.onCall = (call, operation) => {
      if (call > failing) this.after.push(operation);
      if (call === failing) throw Object.assign(new Error(code), { code });
    };
  }
}

test('an I/O error at any call is the last call to the journal; a kill is kept beside it', {
  timeout: 60_000,
}, async () => {
  const calm = new ModelDisk(temporaryDirectory());
  record(calm, calm.root);
  let kept = 0;
  for (let failing = 0; failing < calm.calls; failing += failing < 20 ? 1 : 4) {
    const disk = new FailingDisk(temporaryDirectory(), failing, failing % 2 === 0 ? 'EIO' : 'ENOSPC');
    const { writer, acknowledged, error } = record(disk, disk.root);
    expect(error, `call ${failing}`).toMatchObject({ name: 'JournalError' });
    if (writer === undefined) continue;
    expect(disk.after).toEqual([]);
    expect(thrown(() => writer.sync())).toBe(error);
    expect(disk.after).toEqual([]);
    const { input, events } = kill(writer.lastSeq + 1);
    await writer.appendLast(input, events);
    expect(disk.after).toEqual(['write', 'dataSync']);
    expectKept(disk, acknowledged, [writer.lastSeq + 1]);
    kept++;
  }
  expect(kept).toBeGreaterThan(15);
});

test('last words that fail are final too, and nothing is tried again', async () => {
  const disk = new ModelDisk(temporaryDirectory(), { capacityBytes: 75_000 });
  const { writer } = record(disk, disk.root);
  const { input, events } = kill(writer!.lastSeq + 1);
  disk.onCall = (_call, operation) => {
    if (operation === 'dataSync') throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  const error = await rejected(writer!.appendLast(input, events));
  expect(error).toMatchObject({ name: 'JournalError', code: 'EIO' });
  const { calls } = disk;
  expect(await rejected(writer!.appendLast(input, events))).toBe(error);
  expect(disk.calls).toBe(calls);
});

test('the room has an end, which is an error and not a longer file', async () => {
  const disk = new ModelDisk(temporaryDirectory(), { capacityBytes: 75_000 });
  const { writer } = record(disk, disk.root);
  let kept = 0;
  const fill = async (): Promise<never> => {
    for (;;) {
      const { input, events } = kill(writer!.lastSeq + 1 + kept);
      await writer!.appendLast(input, events);
      kept++;
    }
  };
  const error = await rejected(fill());
  expect(error).toMatchObject({ name: 'JournalError', code: 'ENOSPC' });
  expect(kept).toBeGreaterThan(200);
});

test('words that are asked for at once are written one behind the other, as they were when they were asked for', async () => {
  const disk = new ModelDisk(temporaryDirectory(), { capacityBytes: 75_000 });
  const { writer, acknowledged } = record(disk, disk.root);
  const words = [1, 2, 3].map((n) => kill(writer!.lastSeq + n));
  const written = words.map(({ input, events }) => writer!.appendLast(input, events));
  for (const { input } of words) input.fill(0);
  await Promise.all(written);
  expectKept(
    disk,
    acknowledged,
    [1, 2, 3].map((n) => writer!.lastSeq + n),
  );
});

test('a session that ends well leaves no room behind; one that dies leaves it empty; an import has none', () => {
  const sessions = temporaryDirectory();
  const well = SessionWriter.open(sessions, 'well', CONSOLE_DRAFT);
  const path = join(well.directory, 'last.words');
  expect(statSync(path)).toMatchObject({ size: 65_536 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  appendSample(well, 1, 10);
  expect(() => well.appendLast(kill(11).input, [])).toThrow(InvariantError);
  well.finish();
  expect(readdirSync(well.directory).sort()).toEqual(['000001.journal', 'manifest.json']);
  const dead = SessionWriter.open(sessions, 'dead', CONSOLE_DRAFT);
  dead.abort();
  expect(loadSession(dead.directory).lastWords).toEqual([]);
  const imported = SessionWriter.create(sessions, 'import', IMPORT_DRAFT);
  expect(existsSync(join(imported.directory, 'last.words'))).toBe(false);
});

test('a last word that no reader would take is the caller’s bug; a damaged one is refused with its place', async () => {
  const disk = new ModelDisk(temporaryDirectory(), { capacityBytes: 75_000 });
  const { writer } = record(disk, disk.root);
  for (const bad of [new Uint8Array(0), inputRecord(1).subarray(0, 40), new Uint8Array(32)]) {
    expect(() => writer!.appendLast(bad, [])).toThrow(InvariantError);
  }
  const { input, events } = kill(writer!.lastSeq + 1);
  await writer!.appendLast(input, events);
  const target = temporaryDirectory();
  disk.powerCut(1, target);
  const directory = join(target, 'sessions', 's');
  const path = join(directory, 'last.words');
  for (const [at, offset] of [
    [3, 0],
    [60, 0],
    [68, 64],
    [100, 64],
    [150, 144],
  ] as const) {
    withChangedFile(
      path,
      (b) => void b.writeUInt8(b[at]! ^ 1, at),
      () => expect(thrown(() => loadSession(directory))).toMatchObject({ name: 'JournalRotError', file: path, offset }),
    );
  }
  withChangedFile(
    path,
    (b) => Buffer.concat([b, Buffer.alloc(8)]),
    () => expect(thrown(() => loadSession(directory))).toMatchObject({ name: 'JournalRotError', file: path }),
  );
  expect(readFileSync(path).byteLength).toBe(65_536);
});
