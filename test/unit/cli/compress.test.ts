/** `chimera sessions --compress`: what ended becomes small and stays the same; what may still be written is left alone. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { loadSession, SessionWriter, verifyJournal } from '../../../logs/index.ts';
import { runCompress } from '../../../src/cli/compress.ts';
import { runSessions } from '../../../src/cli/sessions.ts';
import { openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { takeOwnership } from '../../../src/owner.ts';
import { appendSample, CONSOLE_DRAFT, hashOf, temporaryDirectory, thrown } from '../logs/helpers.ts';

const printed: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
afterEach(() => void printed.splice(0));

const SIZES = { segmentBytes: 16_384, blockBytes: 2048 };

function record(root: string, name: string, ends: boolean): string {
  const writer = SessionWriter.open(openDataDir(root).sessions, name, CONSOLE_DRAFT, SIZES);
  appendSample(writer, 1, 600);
  if (ends) writer.finish({ stateHash: hashOf(600) });
  else {
    writer.flush();
    writer.abort();
  }
  return writer.directory;
}

const segmentsOf = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.includes('.journal'))
    .sort();

const compress = (dataDir: string, session: string) => runCompress({ dataDir, session, json: true });

test('a closed session is compressed whole, also while an engine runs; it verifies and reads as before', () => {
  const dataDir = temporaryDirectory();
  const directory = record(dataDir, 's', true);
  const owner = takeOwnership(openDataDir(dataDir), 'now');
  const before = verifyJournal(directory);
  expect(compress(dataDir, 's')).toBe(EXIT.done);
  const told = JSON.parse(printed.join('')) as { segments: number; bytes: number; compressedBytes: number };
  expect(told.segments).toBe(before.segments);
  expect(told.compressedBytes).toBeLessThan(told.bytes / 2);
  expect(segmentsOf(directory).every((name) => name.endsWith('.journal.zst'))).toBe(true);
  const tail = { ...before.tail, atFile: `${before.tail.atFile}.zst` };
  expect(verifyJournal(directory)).toEqual({ ...before, tail });
  expect(loadSession(directory).source.count).toBe(600);
  expect(compress(dataDir, 's')).toBe(EXIT.done);
  expect(printed.at(-1)).toContain('"segments":0');
  owner.release();
});

test('of one that was never closed the last segment stays; while an engine runs all of it does', () => {
  const dataDir = temporaryDirectory();
  const directory = record(dataDir, 's', false);
  const names = segmentsOf(directory);
  const owner = takeOwnership(openDataDir(dataDir), 'now');
  expect(thrown(() => compress(dataDir, 's'))).toMatchObject({
    exitCode: EXIT.refused,
    message: expect.stringContaining('an engine runs'),
  });
  expect(segmentsOf(directory)).toEqual(names);
  owner.release();
  expect(compress(dataDir, 's')).toBe(EXIT.done);
  expect(segmentsOf(directory)).toEqual(names.map((name, i) => (i < names.length - 1 ? `${name}.zst` : name)));
  expect(verifyJournal(directory)).toMatchObject({ holds: true, inputs: 600 });
});

test('what does not hold is left as it is', () => {
  const dataDir = temporaryDirectory();
  const cut = record(dataDir, 'cut', true);
  const last = join(cut, segmentsOf(cut).at(-1)!);
  truncateSync(last, readFileSync(last).byteLength - 72);
  const rotten = record(dataDir, 'rotten', true);
  const first = join(rotten, segmentsOf(rotten)[0]!);
  const bytes = readFileSync(first);
  bytes[500] = bytes[500]! ^ 1;
  writeFileSync(first, bytes);
  for (const [name, directory] of [
    ['cut', cut],
    ['rotten', rotten],
  ] as const) {
    const names = segmentsOf(directory);
    expect(thrown(() => compress(dataDir, name))).toMatchObject({ exitCode: EXIT.verification });
    expect(segmentsOf(directory)).toEqual(names);
  }
  expect(thrown(() => compress(dataDir, 'none'))).toMatchObject({ exitCode: EXIT.badInput });
  rmSync(dataDir, { recursive: true });
});

test('the list says which session was not closed, and which journal failed', async () => {
  const dataDir = temporaryDirectory();
  record(dataDir, 'open', false);
  await runSessions({ dataDir, json: true });
  expect(JSON.parse(printed.join(''))).toMatchObject({
    sessions: [{ name: 'open', complete: false, state: 'not-closed', lastWords: 0 }],
  });
});
