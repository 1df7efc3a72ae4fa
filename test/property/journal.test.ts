/** What goes into a journal comes out of it, whatever the records, the segments and the blocks. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AT,
  COMMAND_KINDS,
  COMMAND_SOURCES,
  CONTROL_MODES,
  canonical,
  type EngineEvent,
  GAP_REASONS,
  InputEncoder,
  NO_INSTRUMENT,
  type OperatorCommand,
} from '../../engine/domain/index.ts';
import { type FilePort, loadSession, readSession, SessionWriter, systemFiles } from '../../logs/index.ts';
import {
  CONSOLE_DRAFT,
  chain,
  genesisIn,
  plainHeader,
  plainSeal,
  segmentFiles,
  temporaryDirectory,
  withCrc,
} from '../unit/logs/helpers.ts';

/** These tests are about bytes: nobody waits for the disk. */
const unsynced: FilePort = { ...systemFiles, dataSync: () => {}, syncDirectory: () => {} };

type Write = (encoder: InputEncoder) => void;

const instrument = fc.constantFrom(0, 1);
const whole = fc.maxSafeInteger();
const real = fc.double({ noNaN: true, noDefaultInfinity: true });
const levels = fc.array(fc.tuple(whole, whole), { maxLength: 40 }).map((pairs) => pairs.flat());

const command: fc.Arbitrary<OperatorCommand> = fc
  .record({
    kind: fc.constantFrom(...COMMAND_KINDS),
    id: fc.nat(),
    revision: fc.nat(),
    viewSeq: fc.nat(),
    mode: fc.constantFrom(...CONTROL_MODES),
  })
  .map(({ kind, id, revision, viewSeq, mode }) => {
    if (kind === 'approve' || kind === 'veto') return { kind, proposalId: id, revision, viewSeq };
    if (kind === 'resize') return { kind, proposalId: id, revision, viewSeq, lots: revision };
    if (kind === 'set-control') return { kind, mode };
    if (kind === 'kill' || kind === 'flatten' || kind === 'resume' || kind === 'disarm') return { kind };
    if (kind === 'arm') return { kind, code: id };
    if (kind === 'accept-account') return { kind, digest: id };
    return { kind, suggestionId: id };
  });

const input: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(instrument, whole, whole, whole, whole, fc.boolean()).map(
    (a): Write =>
      (e) =>
        e.trade(...a),
  ),
  fc.tuple(instrument, whole, whole, whole, whole, whole, whole).map(
    (a): Write =>
      (e) =>
        e.quote(...a),
  ),
  fc.tuple(instrument, whole, whole, whole, whole, levels, levels, fc.boolean()).map(
    (a): Write =>
      (e) =>
        e.depth(...a),
  ),
  fc.tuple(instrument, whole, real, real, real, real, real, whole, whole).map(
    (a): Write =>
      (e) =>
        e.bar(...a),
  ),
  fc.constant<Write>((e) => e.timer()),
  fc.tuple(command, fc.constantFrom(...COMMAND_SOURCES)).map(
    (a): Write =>
      (e) =>
        e.command(...a),
  ),
  fc.tuple(fc.constantFrom(0, 1, NO_INSTRUMENT), whole, fc.constantFrom(...GAP_REASONS)).map(
    (a): Write =>
      (e) =>
        e.gap(...a),
  ),
);

const step = fc.record({
  input,
  afterUs: fc.nat({ max: 5_000_000 }),
  outputs: fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 2 }),
  checkpoint: fc.option(fc.array(fc.nat({ max: 15 }), { minLength: 32, maxLength: 32 }), { nil: undefined }),
});

const scenario = fc.record({
  steps: fc.array(step, { maxLength: 60 }),
  startUs: fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
  segmentBytes: fc.integer({ min: 100, max: 6000 }),
  blockBytes: fc.integer({ min: 1, max: 3000 }),
  flushEvery: fc.integer({ min: 1, max: 20 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

interface Expected {
  readonly inputs: Uint8Array[];
  readonly times: number[];
  readonly outputs: Map<number, EngineEvent[]>;
  readonly checkpoints: Array<{ seq: number; atUs: number; stateHash: string }>;
}

function writeScenario(writer: SessionWriter, s: Scenario): Expected {
  const encoder = new InputEncoder();
  const expected: Expected = { inputs: [], times: [], outputs: new Map(), checkpoints: [] };
  let atUs = s.startUs;
  for (const [i, { input, afterUs, outputs, checkpoint }] of s.steps.entries()) {
    const seq = i + 1;
    atUs += afterUs;
    input(encoder);
    encoder.stamp(seq, atUs);
    writer.append(encoder.bytes());
    expected.inputs.push(withCrc(encoder.bytes()));
    expected.times.push(atUs);
    const events = outputs.map(
      (command): EngineEvent => ({ seq, atUs, kind: 'command-refused', command, reason: 'expired', subject: i }),
    );
    for (const event of events) writer.appendOutput(event);
    expected.outputs.set(seq, events);
    if (checkpoint !== undefined) {
      const stateHash = checkpoint.map((digit) => digit.toString(16)).join('');
      writer.appendCheckpoint(seq, atUs, stateHash);
      expected.checkpoints.push({ seq, atUs, stateHash });
    }
    if (seq % s.flushEvery === 0) writer.flush();
  }
  return expected;
}

test('every record of every kind comes back bit for bit, through any segments and blocks', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(scenario, (s) => {
      const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT, { ...s, files: unsynced });
      const expected = writeScenario(writer, s);
      writer.finish();
      const { source, outputs, checkpoints, tail } = loadSession(writer.directory);
      expect(tail).toMatchObject({ torn: false, lastSeq: s.steps.length });
      expect(source.count).toBe(s.steps.length);
      const cursor = { view: new DataView(new ArrayBuffer(0)), words: new Int32Array(0), offset: 0 };
      for (let index = source.count - 1; index >= 0; index--) {
        source.seek(index, cursor);
        const { view, offset } = cursor;
        const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, view.getUint32(offset + AT.length, true));
        expect(Buffer.compare(bytes, expected.inputs[index]!)).toBe(0);
        expect(source.timeAt(index)).toBe(expected.times[index]);
        expect(outputs.textsAt(index + 1)).toEqual(expected.outputs.get(index + 1)!.map(canonical));
        expect(outputs.eventsAt(index + 1).map((event) => event.kind)).toEqual(
          expected.outputs.get(index + 1)!.map((event) => event.kind),
        );
      }
      expect([...checkpoints()]).toEqual(expected.checkpoints);
    }),
    { numRuns: 100 },
  );
});

test('headers, seals and the chain are what a plain reader of FORMAT.md computes', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(scenario, (s) => {
      const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT, { ...s, files: unsynced });
      writeScenario(writer, s);
      const manifest = writer.finish();
      let head: Uint8Array = genesisIn(writer.directory);
      let seq = 0;
      let atUs = 0;
      let block: Uint8Array[] = [];
      const paths = segmentFiles(writer.directory);
      const contents = paths.map((path) => readFileSync(path));
      let segment = 0;
      for (const record of readSession(writer.directory)) {
        if (record.file !== paths[segment - 1]) {
          expect(block).toEqual([]);
          expect(Buffer.compare(contents[segment]!.subarray(0, 64), plainHeader(segment + 1, seq + 1, head))).toBe(0);
          segment++;
        }
        const { offset } = record.cursor;
        const bytes = contents[segment - 1]!.subarray(offset, offset + record.length);
        if (record.type === 66) {
          head = chain(head, block);
          expect(Buffer.compare(bytes, plainSeal(head, seq, atUs))).toBe(0);
          block = [];
        } else {
          expect(Buffer.compare(bytes, withCrc(bytes))).toBe(0);
          block.push(bytes);
          if (record.type < 64) [seq, atUs] = [record.seq, record.atUs];
        }
      }
      expect(block).toEqual([]);
      expect(manifest.chainHead).toBe(Buffer.from(head).toString('hex'));
    }),
    { numRuns: 60 },
  );
});
