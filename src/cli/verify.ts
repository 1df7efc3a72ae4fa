/** `chimera verify`: whether a session holds — its journal, its replay, and the snapshots beside it. */
import { DEFAULT_POLICY } from '../../engine/domain/index.ts';
import { readLastWords, type SessionManifest, snapshotSeqs, verifyJournal } from '../../logs/index.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import type { ReplayRun } from '../host/job.ts';
import { startAt } from '../host/session-base.ts';
import { lastWordsNote } from '../host/session-run.ts';
import { asCommandError } from '../journal-faults.ts';
import { foldSession } from './fold-session.ts';
import { printJson, printSummary, tell } from './output.ts';
import { manifestOf, sessionDirectory } from './session-files.ts';

export interface VerifyArguments {
  readonly dataDir: string;
  readonly json: boolean;
  readonly session: string;
}

/** A recorded run brings its own figures; these are never used. */
const RECORDED_RUN: ReplayRun = {
  control: undefined,
  barIntervalUs: undefined,
  seed: 1,
  startingCash: '10000',
  policy: DEFAULT_POLICY,
};

/** Checks frames, chain and counts, for a recorded run that a whole replay gives the same, and the snapshots by it. */
export function runVerify(args: VerifyArguments): ExitCode {
  const directory = sessionDirectory(args.dataDir, args.session);
  try {
    const report = verifyJournal(directory);
    const manifest = manifestOf(directory);
    const recorded = manifest.kind === 'console' && report.inputs > 0;
    const replayed = recorded ? verifyReplay(directory, manifest, args.session) : undefined;
    if (!report.holds)
      throw new CommandError(EXIT.verification, `${args.session}: the session was closed, but its end is missing`);
    const { tail, ...counts } = report;
    const result = {
      session: args.session,
      ...counts,
      ...(manifest.startsFrom && {
        startsFrom: `${manifest.startsFrom.session} after input ${manifest.startsFrom.seq}`,
      }),
      ...(recorded && { snapshots: replayed?.snapshots ?? 0 }),
      torn: tail.torn,
      replay: replayed === undefined ? 'an import has no run to compare' : `equal, state ${replayed.stateHash}`,
    };
    if (args.json) printJson(result);
    else printSummary(`${args.session} holds`, result);
    if (tail.torn) tell('the recording breaks off: its writer did not close it');
    const words = lastWordsNote(readLastWords(directory, manifest.instruments.length));
    if (words !== undefined) tell(words);
    return EXIT.done;
  } catch (cause) {
    throw asCommandError(cause);
  }
}

/** Folds the whole session, whatever snapshots there are. @returns the final hash and how many snapshots are good. */
function verifyReplay(directory: string, manifest: SessionManifest, name: string) {
  const wanted = new Set(snapshotSeqs(directory));
  const hashes = new Map<number, string>();
  const { mismatch, stateHash, tail } = foldSession(directory, manifest, RECORDED_RUN, ({ seq, text }) => {
    if (wanted.has(seq)) hashes.set(seq, text);
  });
  if (mismatch !== undefined) throw new CommandError(EXIT.verification, `${name}: replay differs: ${mismatch}`);
  let snapshots = 0;
  for (const seq of wanted) {
    if (seq > tail.lastSeq) {
      // The power went: the snapshot was on the disk, the journal not yet. Nobody starts from it.
      tell(`the snapshot after input ${seq} is of no use: the journal ends after input ${tail.lastSeq}`);
      continue;
    }
    const fault = snapshotFault(directory, seq, manifest, hashes.get(seq));
    if (fault !== undefined)
      throw new CommandError(EXIT.verification, `${name}: the snapshot after input ${seq}: ${fault}`);
    snapshots++;
  }
  return { stateHash, snapshots };
}

/** By now the checkpoint is known to be what the replay gives. */
function snapshotFault(directory: string, seq: number, manifest: SessionManifest, recorded: string | undefined) {
  const start = startAt(directory, seq, manifest.config!);
  if (typeof start === 'string') return start;
  if (recorded === undefined) return 'the journal has no checkpoint there';
  return start.stateHash === recorded ? undefined : 'its state is not the one that the journal recorded';
}
