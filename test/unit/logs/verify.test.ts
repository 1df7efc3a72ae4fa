/** Verification: counts, chain, and every kind of damage told with file and offset. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { JournalRotError, verifyJournal } from '../../../logs/index.ts';
import { framesOf, sampleSession, segmentFiles, thrown, withCrc } from './helpers.ts';

test('the report counts what the files hold', () => {
  const directory = sampleSession({ inputs: 200, segmentBytes: 4096, blockBytes: 1024 });
  const paths = segmentFiles(directory);
  const frames = paths.flatMap((path) => framesOf(readFileSync(path)));
  const last = readFileSync(paths.at(-1)!);
  const progress: string[] = [];
  const report = verifyJournal(directory, { progress: (done, of) => progress.push(`${done}/${of}`) });
  expect(report).toMatchObject({
    holds: true,
    complete: true,
    segments: paths.length,
    bytes: paths.reduce((sum, path) => sum + readFileSync(path).byteLength, 0),
    records: frames.length,
    inputs: 200,
    outputs: 40,
    checkpoints: 12,
    seals: frames.filter((frame) => frame.type === 66).length,
    skipped: 0,
    chainHead: last.subarray(-32).toString('hex'),
    tail: { torn: false, atOffset: last.byteLength, lastSeq: 200, missingInputs: 0 },
  });
  expect(progress.length).toBe(paths.length);
  expect(progress.at(-1)).toBe(`${paths.length}/${paths.length}`);
});

test('a torn tail after an unclean stop holds, and is told', () => {
  const directory = sampleSession({ inputs: 50, dies: true });
  const path = segmentFiles(directory)[0]!;
  writeFileSync(path, readFileSync(path).subarray(0, -3));
  expect(verifyJournal(directory)).toMatchObject({ holds: true, complete: false, tail: { torn: true } });
});

test.each([
  ['more inputs', { inputs: 49 }],
  ['another first time', { firstUs: 1 }],
  ['another last time', { lastUs: 2_000_000_000_000_000 }],
])('a manifest that speaks of another journal (%s) is refused', (_name, change) => {
  const directory = sampleSession({ inputs: 50 });
  const path = join(directory, 'manifest.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
  expect(thrown(() => verifyJournal(directory))).toMatchObject({ name: 'JournalRotError', file: path });
});

test('inputs that the manifest counts and the journal lacks, or another chain, do not hold', () => {
  const directory = sampleSession({ inputs: 50 });
  const path = join(directory, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...manifest, inputs: 53 }));
  expect(verifyJournal(directory)).toMatchObject({ holds: false, tail: { torn: true, missingInputs: 3 } });
  writeFileSync(path, JSON.stringify({ ...manifest, chainHead: '0'.repeat(64) }));
  expect(verifyJournal(directory)).toMatchObject({ holds: false, tail: { torn: true, missingInputs: 0 } });
});

test('damage is refused with its place', () => {
  const directory = sampleSession({ inputs: 50 });
  const path = segmentFiles(directory)[0]!;
  const bytes = readFileSync(path);
  const { at } = framesOf(bytes)[9]!;
  bytes[at + 40]! ^= 4;
  writeFileSync(path, bytes);
  const error = thrown(() => verifyJournal(directory)) as JournalRotError;
  expect(error).toBeInstanceOf(JournalRotError);
  expect(error.message).toBe(`${path}: at byte ${at}: the record fails its check sum`);
});

test.each([
  ['check sum', 'a byte of a record', (path: string) => flip(path, framesOf(readFileSync(path))[9]!.at + 40)],
  ['check sum', 'a byte of a seal', (path: string) => flip(path, framesOf(readFileSync(path)).at(-1)!.at + 40)],
  ['frames', 'a header', (path: string) => flip(path, 3)],
  ['chain', 'a record with a check sum of its own', reseal],
  ['manifest', 'a manifest', (path: string) => writeFileSync(join(path, '..', 'manifest.json'), '{')],
  ['last words', 'last words', (path: string) => writeFileSync(join(path, '..', 'last.words'), Buffer.alloc(4096, 7))],
])('%s: the part that fails is named for %s', (part, _name, damage) => {
  const directory = sampleSession({ inputs: 50 });
  damage(segmentFiles(directory)[0]!);
  expect(thrown(() => verifyJournal(directory))).toMatchObject({ name: 'JournalRotError', part });
});

test('a segment that is missing, or of another session, breaks the chain', () => {
  const directory = sampleSession({ inputs: 200, segmentBytes: 4096, blockBytes: 1024 });
  const other = sampleSession({ inputs: 203, segmentBytes: 4096, blockBytes: 900 });
  const [, second, third] = segmentFiles(directory);
  const kept = readFileSync(second!);
  rmSync(second!);
  expect(thrown(() => verifyJournal(directory))).toMatchObject({ part: 'chain', file: third });
  writeFileSync(second!, readFileSync(segmentFiles(other)[1]!));
  expect(thrown(() => verifyJournal(directory))).toMatchObject({ part: 'chain' });
  writeFileSync(second!, kept);
  expect(verifyJournal(directory).holds).toBe(true);
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 4;
  writeFileSync(path, bytes);
}

/** Changes a record and gives it its check sum again: only the chain can tell. */
function reseal(path: string): void {
  const bytes = readFileSync(path);
  const { at, length } = framesOf(bytes)[9]!;
  bytes[at + 40]! ^= 4;
  bytes.set(withCrc(bytes.subarray(at, at + length)), at);
  writeFileSync(path, bytes);
}
