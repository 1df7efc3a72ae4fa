/** Heads kept elsewhere: a journal that was cut or rewritten no longer holds them, however well its manifest was forged. */
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Anchor, anchorText, parseAnchor, verifyJournal } from '../../../logs/index.ts';
import { type Frame, framesOf, sampleSession, segmentFiles, timeOf } from './helpers.ts';

const SMALL = { segmentBytes: 4096, blockBytes: 700 } as const;

test('the text reads back, and so does JSON; nothing else does', () => {
  const anchor: Anchor = { session: 'a-1', segment: 3, seq: 12_345, head: 'ab'.repeat(32) };
  expect(anchorText(anchor)).toBe(`chimera-anchor session=a-1 segment=3 seq=12345 head=${'ab'.repeat(32)}`);
  expect(parseAnchor(`  ${anchorText(anchor)}\n`)).toEqual(anchor);
  expect(parseAnchor(JSON.stringify({ ...anchor, more: 1 }))).toEqual(anchor);
  for (const bad of [
    '',
    'null',
    '[]',
    anchorText(anchor).slice(0, -1),
    `${anchorText(anchor)}x`,
    anchorText({ ...anchor, session: '../x' }),
    JSON.stringify({ ...anchor, head: 'x' }),
    JSON.stringify({ ...anchor, seq: '1' }),
    JSON.stringify({ ...anchor, segment: 1.5 }),
    '{"__proto__":{"session":"a"}}',
  ])
    expect(parseAnchor(bad), bad).toBeUndefined();
});

test('the anchor of a session is its last seal', () => {
  const directory = sampleSession({ inputs: 200, ...SMALL });
  const { anchor, chainHead, segments } = verifyJournal(directory);
  expect(anchor).toEqual({ session: 's', segment: segments, seq: 200, head: chainHead });
});

/** Every seal of a session as an anchor, with the file and the offset behind it. */
function seals(directory: string): Array<{ readonly kept: Anchor; readonly path: string; readonly end: number }> {
  return segmentFiles(directory).flatMap((path, i) => {
    const bytes = readFileSync(path);
    const isSeal = ({ type }: Frame): boolean => type === 66;
    return framesOf(bytes)
      .filter(isSeal)
      .map(({ at, length }) => ({
        kept: {
          session: 's',
          segment: i + 1,
          seq: bytes.readDoubleLE(at + 16),
          head: bytes.subarray(at + 32, at + 64).toString('hex'),
        },
        path,
        end: at + length,
      }));
  });
}

test('every seal that is there is found, and one with another head or number is not', () => {
  const directory = sampleSession({ inputs: 200, ...SMALL });
  const all = seals(directory);
  expect(all.length).toBeGreaterThan(8);
  for (const { kept } of all) {
    expect(verifyJournal(directory, { kept }).holdsKept).toBe(true);
    for (const change of [{ seq: kept.seq + 1 }, { head: `${kept.head.slice(1)}0` }, { segment: kept.segment + 1 }])
      expect(verifyJournal(directory, { kept: { ...kept, ...change } }).holdsKept).toBe(false);
  }
  expect(verifyJournal(directory).holdsKept).toBe(true);
});

test('cut exactly at any seal, with a manifest forged to fit, it verifies, and only a kept head tells', () => {
  const directory = sampleSession({ inputs: 120, ...SMALL });
  const manifestFile = join(directory, 'manifest.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as object;
  const { anchor: kept } = verifyJournal(directory);
  const all = seals(directory);
  for (const { kept: cut, path, end } of all.slice(2, -1).reverse()) {
    truncateSync(path, end);
    for (const later of segmentFiles(directory).filter((file) => file > path)) rmSync(later);
    const forged = { inputs: cut.seq, lastUs: timeOf(cut.seq), chainHead: cut.head };
    writeFileSync(manifestFile, JSON.stringify({ ...manifest, ...forged }));
    const report = verifyJournal(directory, { kept });
    expect(report).toMatchObject({ holds: true, inputs: cut.seq, holdsKept: false, anchor: cut });
    expect(verifyJournal(directory, { kept: cut }).holdsKept).toBe(true);
  }
});

test('a journal that goes on after the head that was kept still holds it', () => {
  const directory = sampleSession({ inputs: 200, ...SMALL, dies: true });
  const [first] = seals(directory);
  expect(verifyJournal(directory, { kept: first!.kept }).holdsKept).toBe(true);
  const unsealed = sampleSession({ inputs: 5, dies: true });
  expect(verifyJournal(unsealed).anchor).toBeUndefined();
  expect(verifyJournal(unsealed, { kept: first!.kept }).holdsKept).toBe(false);
});
