/** `chimera [console]`: the engine in its thread, and the console or a headless run around it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlMode } from '../../engine/domain/index.ts';
import type { SessionManifest } from '../../logs/index.ts';
import type { Binding } from '../../state/keymap/bindings.ts';
import type { FromEngine, StoppedMessage } from '../../state/protocol.ts';
import type { LayoutMemory, OpenLayout } from '../console/kept-layout.ts';
import type { ConsoleExit, ConsoleHandle, MountOptions } from '../console/port.ts';
import { chosenGlyphs, chosenTheme } from '../console/theme-choice.ts';
import { type DataDir, dataDirAt, openDataDir, takeFirstTour } from '../data-dir.ts';
import { type EngineThread, startEngineThread } from '../engine-thread.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import type { LiveJob, ReplayJob, VenueJob } from '../host/job.ts';
import { isEmptyOutcome } from '../host/proposal-outcomes.ts';
import { asCommandError } from '../journal-faults.ts';
import { dataDirWords } from '../replay-command.ts';
import type { LayoutKind } from '../stores/layout-store.ts';
import type { NotifyWay } from '../terminal/calling.ts';
import { keepStderrOffScreen, printJson, printSummary, tell } from './output.ts';

/** Run length when nobody is there to watch and none was asked for. */
const UNATTENDED_MS = 20_000;
/** How often an engine that lost its console is asked whether anything is open. */
const GUARD_POLL_MS = 1_000;

export interface ConsoleArguments {
  readonly dataDir: string;
  /** Undefined for the simulated one; without a name it is that of the session that is gone on from. */
  readonly venue: VenueJob | undefined;
  readonly symbols: readonly string[];
  readonly control: ControlMode | undefined;
  readonly seed: number;
  readonly bar: number;
  readonly cash: string;
  readonly rate: number;
  readonly session: string | undefined;
  /** Session to go on from, empty for the newest. */
  readonly continues: string | undefined;
  readonly headless: boolean;
  readonly forMs: number | undefined;
  /** Market history run through before the start. */
  readonly warmupMs: number;
  readonly json: boolean;
  /** One line for each event, in the place of a screen. */
  readonly plain: boolean;
  readonly notify: readonly NotifyWay[];
}

export async function runConsole(args: ConsoleArguments): Promise<ExitCode> {
  const attended = args.plain || isOnTerminal();
  const headless = args.headless || args.json || !attended;
  const forMs = args.forMs ?? (headless && !attended ? UNATTENDED_MS : 0);
  if (headless && forMs === 0) tell('headless until Ctrl-C or SIGTERM; --for 60s ends it by itself');
  const bindings = headless ? undefined : await prepareConsole(openDataDir(args.dataDir), args.plain);
  const place = await continuedVenue(args);
  if (headless && place.venue?.live === true && args.continues === undefined)
    throw new CommandError(EXIT.usage, '--live needs a console: the code that arms real orders is typed by a person');
  const job: LiveJob = {
    kind: 'live',
    dataDir: args.dataDir,
    ...place,
    seed: args.seed,
    control: args.control ?? (headless && args.continues === undefined ? 'auto' : 'manual'),
    startingCash: args.cash,
    ratePerSecond: args.rate,
    warmupMs: args.warmupMs,
    forMs,
    session: args.session,
  };
  const { notify, plain } = args;
  // It speaks of a simulated market; what goes on from a session is not new here.
  const isOnSimulation = job.venue === undefined && job.continues === undefined;
  const tour = !headless && !plain && isOnSimulation && takeFirstTour(openDataDir(args.dataDir));
  const stopped = headless
    ? await watchHeadless(startEngineThread(job))
    : await attendRuns(job, { bindings, notify, plain, tour, ...placedIn(args.dataDir, 'run') });
  return report(stopped, args.json, 'session');
}

/** What the environment and `key-bindings.json` ask of the console: refused before an engine runs. */
async function prepareConsole(dir: DataDir, plain: boolean): Promise<Keys> {
  chosenTheme(process.env);
  chosenGlyphs(process.env);
  if (!plain) keepStderrOffScreen(dir.stderrFile);
  // What reads the file is not loaded where there is none.
  if (!existsSync(dir.keysFile)) return undefined;
  const { keysInForce } = await import('../stores/own-keys.ts');
  return keysInForce(dir);
}

/** The key table with the operator's own keys; undefined without any. */
type Keys = readonly Binding[] | undefined;

/** What an operator wants of a console, whatever it shows. */
interface Preferences {
  readonly bindings: Keys;
  readonly notify: readonly NotifyWay[];
  /** One line for each event, in the place of a screen. */
  readonly plain: boolean;
  readonly tour?: boolean;
  readonly layout: OpenLayout;
  readonly dataDirWords: string;
}

/** What comes of the data directory: where the screen's arrangement is kept, and how commands name it. */
const placedIn = (dataDir: string, kind: LayoutKind): Pick<Preferences, 'layout' | 'dataDirWords'> => ({
  layout: layoutIn(dataDirAt(dataDir), kind),
  dataDirWords: dataDirWords(dataDir),
});

/** Opened once: a run that follows on another finds what that one has left. */
function layoutIn({ layoutFile }: DataDir, kind: LayoutKind): OpenLayout {
  let opened: Promise<LayoutMemory> | undefined;
  return () => {
    opened ??= import('../stores/layout-store.ts').then(({ LayoutStore }) => new LayoutStore(layoutFile, kind));
    return opened;
  };
}

const isOnTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

type Place = Pick<LiveJob, 'venue' | 'continues' | 'symbols' | 'barIntervalUs'>;

/** A run that goes on does so where it was: on its own market, or on the venue and in the mode that it had. */
async function continuedVenue(args: ConsoleArguments): Promise<Place> {
  const { dataDir, venue, continues, symbols, bar: barIntervalUs } = args;
  if (continues === undefined) return { venue, continues, symbols, barIntervalUs };
  // What reads sessions is loaded where one is read: the first frame waits for nothing else.
  const [{ newestSession }, { readManifest }] = await Promise.all([
    import('../host/take-up.ts'),
    import('../../logs/index.ts'),
  ]);
  const dir = openDataDir(dataDir);
  const name = continues === '' ? newestSession(dir) : continues;
  const left = readLeft(() => readManifest(join(dir.sessions, name)));
  if (left.venue === 'sim' || left.kind !== 'console')
    return { venue: undefined, continues: name, symbols, barIntervalUs };
  const live = left.config?.venue === 'external';
  const at = { name: left.venue, url: venue?.url, keys: venue?.keys, live, leftLive: left.leftLive };
  // The next run in the other mode is on the same instruments.
  const listed = left.instruments.map(({ symbol }) => symbol);
  return { venue: at, continues: name, symbols: listed, barIntervalUs: left.barIntervalUs };
}

function readLeft(read: () => SessionManifest): SessionManifest {
  try {
    return read();
  } catch (cause) {
    throw asCommandError(cause);
  }
}

/** One run after the other: paper and live on the same venue, as the operator switches. A live one that cannot begin gives way to paper. */
async function attendRuns(first: LiveJob, preferences: Preferences): Promise<StoppedMessage> {
  let job = first;
  let notice: string | undefined;
  /** A live session that was left with positions that stops guard at the venue. */
  let guarded = first.venue?.leftLive;
  for (;;) {
    const stopped = await attend(startEngineThread(job), preferences, 'own', notice);
    const { venue } = job;
    const isRefused = job !== first && venue?.live === true && stopped.fault && stopped.begun !== true;
    if (venue === undefined || (stopped.next === undefined && !isRefused)) return stopped;
    const live = stopped.next === 'live';
    notice = isRefused ? `not live: ${stopped.reason}` : undefined;
    if (stopped.next === 'paper') guarded = heldIn(stopped);
    const continues = live ? guarded : undefined;
    const leftLive = live ? undefined : guarded;
    job = { ...job, venue: { ...venue, live, leftLive }, control: 'manual', session: undefined, continues };
  }
}

/** The session that has ended, if it ended with something held. */
function heldIn({ summary }: StoppedMessage): string | undefined {
  const { session, openPositions } = summary ?? {};
  return typeof session === 'string' && openPositions !== 0 ? session : undefined;
}

/** `chimera replay SESSION` with a terminal: the same console on a recorded session. */
export async function runReplayConsole(job: ReplayJob, plain: boolean): Promise<ExitCode> {
  const dir = dataDirAt(job.dataDir);
  const bindings = await prepareConsole(dir, plain);
  const preferences: Preferences = { bindings, notify: [], plain, ...placedIn(job.dataDir, 'replay') };
  return report(await attend(startEngineThread(job), preferences), false, 'replay');
}

/** `chimera attach`: a console on an engine that runs headless or has lost its own. */
export async function runAttach(
  dataDir: string,
  { plain, notify }: Pick<Preferences, 'plain' | 'notify'>,
): Promise<ExitCode> {
  const dir = openDataDir(dataDir);
  if (!plain && !isOnTerminal()) {
    throw new CommandError(EXIT.usage, 'attach needs a terminal; `chimera status --json` tells scripts');
  }
  const bindings = await prepareConsole(dir, plain);
  const { attachEngine } = await import('../control/client.ts');
  const engine = await attachEngine(dir);
  if (engine === undefined) throw new CommandError(EXIT.refused, `no engine runs on ${dir.root}`);
  return report(
    await attend(engine, { bindings, notify, plain, ...placedIn(dataDir, 'run') }, 'attached'),
    false,
    'console',
  );
}

/**
 * Loads the console. Where there is a `fetch`, Ink's layout engine reads its own code from a data URL with it, which
 * loads Node's whole HTTP client: a tenth of the time to the first frame.
 */
async function loadConsole(): Promise<typeof import('../console/mount.tsx')> {
  const { fetch } = globalThis;
  globalThis.fetch = undefined as unknown as typeof fetch;
  try {
    return await import('../console/mount.tsx');
  } finally {
    globalThis.fetch = fetch;
  }
}

/** Mounts the console and waits until the operator leaves or the engine stops. An attached console can go: the engine stays. */
async function attend(
  thread: EngineThread,
  preferences: Preferences,
  engine: 'own' | 'attached' = 'own',
  notice?: string,
): Promise<StoppedMessage> {
  const { plain, ...wanted } = preferences;
  const mount: (options: MountOptions) => ConsoleHandle = plain
    ? (await import('../plain/mount-plain.ts')).mountPlain
    : (await loadConsole()).mountConsole;
  const exposure: Exposure = { open: false };
  const ended: { exit?: ConsoleExit } = {};
  const handle = mount({
    port: thread,
    stdin: process.stdin,
    stdout: process.stdout,
    env: process.env,
    ...wanted,
    now: () => performance.now(),
    onExit(exit) {
      ended.exit = exit;
      leave(thread, exit, exposure, engine);
    },
  });
  if (notice !== undefined) handle.notice('error', notice);
  watchExposure(thread, exposure);
  const stopped = await thread.stopped;
  handle.close();
  if (ended.exit?.kind !== 'fault') return stopped;
  const { error } = ended.exit;
  return {
    type: 'stopped',
    fault: true,
    reason: 'the console failed',
    detail: error instanceof Error ? error.stack : String(error),
  };
}

/** Whether anything is open, as the newest view says. */
interface Exposure {
  open: boolean;
}

function watchExposure(thread: EngineThread, exposure: Exposure): void {
  thread.onMessage((message) => {
    if (message.type !== 'view') return;
    const { view } = message;
    exposure.open = view.replay === undefined && (view.positions.length > 0 || view.orders.length > 0);
  });
}

/**
 * The operator left, or a signal asked for the end: the engine stops, or the attached console lets go of it. The
 * terminal or the console is gone: what is open keeps its stops under manual control, and the engine stops when nothing
 * is open any more.
 */
function leave(thread: EngineThread, exit: ConsoleExit, exposure: Exposure, engine: 'own' | 'attached'): void {
  const lost = lossOf(exit);
  const stop = (): void => thread.send({ type: 'stop' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) process.on(signal, stop);
  process.on('SIGHUP', () => {});
  // A console that failed once may fail again: the first fault is told at the end, and the engine must not die of others.
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, () => {});
  if (lost !== undefined) thread.send({ type: 'lost', reason: lost });
  if (lost === undefined || !exposure.open || engine === 'attached') {
    stop();
    return;
  }
  setInterval(() => {
    thread.send({ type: 'credit' });
    if (!exposure.open) thread.send({ type: 'stop', unlessWatched: true });
  }, GUARD_POLL_MS).unref();
}

/** Why nobody can watch any more; undefined when the operator meant to leave. */
function lossOf(exit: ConsoleExit): string | undefined {
  if (exit.kind === 'fault') return 'the console failed';
  const hungUp = exit.kind === 'terminal-lost' || (exit.kind === 'signal' && exit.signal === 'SIGHUP');
  return hungUp ? 'the terminal was lost' : undefined;
}

/** No console: notices go to stderr, signals end the run in order. */
async function watchHeadless(thread: EngineThread): Promise<StoppedMessage> {
  thread.onMessage((message: FromEngine) => {
    if (message.type === 'notice') tell(`${message.level}: ${message.text}`);
  });
  const stop = (): void => thread.send({ type: 'stop' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, stop);
  process.on('SIGTSTP', () => tell('Ctrl-Z would stop the engine with its stops: ignored'));
  return thread.stopped;
}

function report(stopped: StoppedMessage, json: boolean, what: string): ExitCode {
  if (stopped.fault) {
    const code = (stopped.exitCode ?? EXIT.fault) as ExitCode;
    throw new CommandError(
      code,
      stopped.detail === undefined ? stopped.reason : `${stopped.reason}\n${stopped.detail}`,
    );
  }
  if (json) printJson({ reason: stopped.reason, ...stopped.summary });
  else {
    const told = Object.entries(stopped.summary ?? {}).filter((each) => !isEmptyOutcome(each));
    printSummary(`${what} over: ${stopped.reason}`, Object.fromEntries(told));
  }
  return EXIT.done;
}
