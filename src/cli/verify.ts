/** `chimera verify`: whether a session holds — its journal, its replay, and the snapshots beside it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { DEFAULT_POLICY } from '../../engine/domain/index.ts';
import {
  type Anchor,
  anchorText,
  cleanText,
  type JournalReport,
  JournalRotError,
  parseAnchor,
  readLastWords,
  type SessionManifest,
  snapshotSeqs,
  verifyJournal,
} from '../../logs/index.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import type { ReplayRun } from '../host/job.ts';
import { startAt } from '../host/session-base.ts';
import { lastWordsNote } from '../host/session-run.ts';
import { asCommandError } from '../journal-faults.ts';
import { foldSession } from './fold-session.ts';
import { printJson, printSummary, tell } from './output.ts';
import { type Progress, progressLine } from './progress.ts';
import { manifestOf, sessionDirectory } from './session-files.ts';

export interface VerifyArguments {
  readonly dataDir: string;
  readonly json: boolean;
  readonly session: string;
  /** Print the head of the chain instead of the counts. */
  readonly anchor: boolean;
  /** A head that was kept, or the file it was kept in. */
  readonly against: string | undefined;
}

/** A recorded run brings its own figures; these are never used. */
const RECORDED_RUN: ReplayRun = {
  control: undefined,
  barIntervalUs: undefined,
  seed: 1,
  startingCash: '10000',
  policy: DEFAULT_POLICY,
};
const LONGEST_ANCHOR_FILE = 4_096;

/** Checks frames, chain and counts, for a recorded run that a whole replay gives the same, and the snapshots by it. */
export function runVerify(args: VerifyArguments): ExitCode {
  const directory = sessionDirectory(args.dataDir, args.session);
  const kept = args.against === undefined ? undefined : keptAnchor(args.against, args.session);
  const progress = progressLine({ json: args.json });
  try {
    const report = verifyJournal(directory, {
      kept,
      progress: (done, of) => progress.at(`verifying ${args.session}: ${done} of ${of} segments`),
    });
    if (!report.holdsKept) fail(args.session, 'anchor', goneText(kept!));
    const manifest = manifestOf(directory);
    const recorded = manifest.kind === 'console' && report.inputs > 0;
    const replayed = recorded ? verifyReplay(directory, manifest, args.session, report, progress) : undefined;
    if (!report.holds) fail(args.session, 'end', 'the session was closed, but its end is missing');
    progress.done();
    if (args.anchor) printAnchor(report, args);
    else printReport(report, manifest, replayed, args);
    if (report.tail.torn) tell('the recording breaks off: its writer did not close it');
    const words = lastWordsNote(readLastWords(directory, manifest));
    if (words !== undefined) tell(words);
    return EXIT.done;
  } catch (cause) {
    progress.done();
    if (cause instanceof JournalRotError) fail(args.session, cause.part, cause.message);
    throw asCommandError(cause);
  }
}

/** Ends the command with the part that does not hold. */
function fail(session: string, part: string, reason: string): never {
  throw new CommandError(EXIT.verification, `${session}: ${part}: ${reason}`);
}

/** The head in the text or file that was given. */
function keptAnchor(given: string, session: string): Anchor {
  const isFile = existsSync(given) && statSync(given).isFile();
  if (isFile && statSync(given).size > LONGEST_ANCHOR_FILE)
    throw new CommandError(EXIT.usage, cleanText(`--against ${given}: too long for a head that was kept`));
  const anchor = parseAnchor(isFile ? readFileSync(given, 'utf8') : given);
  if (anchor === undefined)
    throw new CommandError(EXIT.usage, '--against takes what verify --anchor prints, or a file of it');
  if (anchor.session !== session)
    throw new CommandError(EXIT.usage, `--against speaks of session ${anchor.session}, not of ${session}`);
  return anchor;
}

const goneText = ({ segment, seq }: Anchor): string =>
  `the head that was kept, after input ${seq} in segment ${segment}, is not in the journal: it was cut or rewritten`;

function printAnchor({ anchor }: JournalReport, args: VerifyArguments): void {
  if (anchor === undefined)
    throw new CommandError(EXIT.badInput, `${args.session}: nothing is sealed yet: there is no head to keep`);
  if (args.json) printJson(anchor);
  else process.stdout.write(`${anchorText(anchor)}\n`);
}

function printReport(
  report: JournalReport,
  { startsFrom }: SessionManifest,
  replayed: { readonly stateHash: string; readonly snapshots: number } | undefined,
  args: VerifyArguments,
): void {
  const { tail, anchor: _anchor, holdsKept: _holdsKept, ...counts } = report;
  const result = {
    session: args.session,
    ...counts,
    ...(startsFrom && { startsFrom: `${startsFrom.session} after input ${startsFrom.seq}` }),
    ...(replayed && { snapshots: replayed.snapshots }),
    ...(args.against !== undefined && { keptHead: 'held' }),
    torn: tail.torn,
    replay: replayed === undefined ? 'an import has no run to compare' : `equal, state ${replayed.stateHash}`,
  };
  if (args.json) printJson(result);
  else printSummary(`${args.session} holds`, result);
}

/** Folds the whole session, whatever snapshots there are. @returns the final hash and how many snapshots are good. */
function verifyReplay(
  directory: string,
  manifest: SessionManifest,
  name: string,
  report: JournalReport,
  progress: Progress,
) {
  const wanted = new Set(snapshotSeqs(directory));
  const hashes = new Map<number, string>();
  const { mismatch, stateHash, tail } = foldSession(directory, manifest, RECORDED_RUN, ({ seq, text }) => {
    if (wanted.has(seq)) hashes.set(seq, text);
    progress.at(`replaying ${name}: input ${seq} of ${report.tail.lastSeq}`);
  });
  progress.done();
  if (mismatch !== undefined) fail(name, 'replay', `replay differs: ${mismatch}`);
  let snapshots = 0;
  for (const seq of wanted) {
    if (seq > tail.lastSeq) {
      // The power went: the snapshot was on the disk, the journal not yet. Nobody starts from it.
      tell(`the snapshot after input ${seq} is of no use: the journal ends after input ${tail.lastSeq}`);
      continue;
    }
    const fault = snapshotFault(directory, seq, manifest, hashes.get(seq));
    if (fault !== undefined) fail(name, 'snapshot', `the one after input ${seq}: ${fault}`);
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
