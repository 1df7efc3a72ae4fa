/** A recorded session under the operator's hands: play, step, seek, and forks by key. */
import { cursorOver, moneyToNumber, type OperatorCommand, readMoney } from '../../engine/domain/index.ts';
import { ACCOUNT, DEFAULT_TIME_TRAVEL, type StepUnit, TimeTravel } from '../../engine/index.ts';
import { type LoadedSession, loadSession, type RecordedNote } from '../../logs/index.ts';
import { parseGoTo } from '../../state/commands/go-to.ts';
import type { LogEntry } from '../../state/log-entry.ts';
import type { ReplayAction, ToEngine } from '../../state/protocol.ts';
import type { EngineView, ReplayView } from '../../state/view.ts';
import { type DataDir, dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { forkWarnings, loadFork, sourceOfFork } from '../fork-file.ts';
import { modelsFor, type SessionModels } from '../models/session-models.ts';
import { BookmarkStore, MOST_BOOKMARKS } from '../stores/bookmark-store.ts';
import { Comparison } from './comparison.ts';
import { ZSTD_PACKER } from './event-packer.ts';
import { explainOf, logEntry } from './event-ring.ts';
import { ForkKeeper } from './fork-keeper.ts';
import { describeInput } from './input-text.ts';
import type { ReplayJob } from './job.ts';
import { asRefusedInput, stateFor } from './journal-fold.ts';
import { proposalOutcomes } from './proposal-outcomes.ts';
import { type Carrier, Publisher } from './publisher.ts';
import { refusalOf } from './refusal.ts';
import { orWarn, ReplayPlaces } from './replay-places.ts';
import { baseOf } from './session-base.ts';
import { configFor, lastWordsNote, refuseEmpty, replayWarnings } from './session-run.ts';
import { Timeline } from './timeline.ts';
import { buildView, countsOf } from './view-builder.ts';
import { changedKeys, flatten } from './view-diff.ts';

const TICK_MS = 20;
const INDEX_SLICE = 10_000;
/** Told at the first key in the replay of a run that traded at a venue. */
const VENUE_NOT_ASKED =
  'this run traded at a venue, which a fork cannot ask: what it orders is never filled, and what the venue told of recorded orders may not fit';
/** Session seconds per second. */
const SPEEDS: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000];

export class ReplayHost {
  readonly #carrier: Carrier;
  readonly #dir: DataDir;
  readonly #session: LoadedSession;
  readonly #models: SessionModels;
  readonly #travel: TimeTravel;
  readonly #timeline: Timeline;
  readonly #publisher: Publisher;
  /** The session's own run was recorded, and is compared. */
  readonly #isRecorded: boolean;
  readonly #places: ReplayPlaces;
  readonly #fork: ForkKeeper;
  /** Of the fork that was opened. */
  readonly #warnings: string[] = [];
  readonly #comparison = new Comparison();
  readonly #notes: Iterator<RecordedNote>;
  #nextNote: RecordedNote | undefined;
  #comparedEvents = 0;
  readonly #input = cursorOver(new Uint8Array(8));
  readonly #startAt: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #playing = false;
  #speed = 1;
  /** Session time and wall time at which playing last began. */
  #playFrom = { sessionUs: 0, wallMs: 0 };
  #changed: readonly string[] = [];
  /** Something has changed that the last view did not show. */
  #unshown = true;

  constructor(job: ReplayJob, carrier: Carrier) {
    this.#carrier = carrier;
    this.#session = loadSession(job.directory);
    const { manifest, source } = this.#session;
    refuseEmpty(manifest, source.count);
    this.#dir = dataDirAt(job.dataDir);
    const fork = job.fork === undefined ? undefined : loadFork(this.#dir, job.fork, manifest.name);
    // Refuses a configuration that no engine runs under, before one is made of it.
    const config = fork?.config ?? configFor(manifest, job.run);
    stateFor(config);
    const base = baseOf(job.directory, manifest);
    const models = modelsFor(job.directory, config);
    this.#models = models;
    const options = { ...DEFAULT_TIME_TRAVEL, packer: ZSTD_PACKER, models, ...(base && { base: base.state }) };
    this.#travel = new TimeTravel(fork === undefined ? source : sourceOfFork(source, fork), config, options);
    this.#timeline = new Timeline(this.#travel);
    this.#fork = new ForkKeeper(this.#travel, source, options);
    if (job.fork !== undefined && fork !== undefined) this.#warnings.push(...forkWarnings(job.fork, fork));
    this.#places = new ReplayPlaces(this.#travel, new BookmarkStore(job.directory));
    this.#isRecorded = manifest.kind === 'console' && fork === undefined;
    this.#startAt = job.at;
    this.#notes = this.#session.outputs.notes();
    this.#nextNote = this.#notes.next().value;
    this.#publisher = new Publisher(
      carrier,
      () => this.#view(),
      () => this.#timeline.countAt(this.#travel.cursor),
    );
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#carrier({ type: 'ready' });
    const words = lastWordsNote(this.#session.lastWords);
    const warnings = [...replayWarnings(this.#session), ...this.#warnings, ...(words === undefined ? [] : [words])];
    orWarn(
      () => this.#places.load(),
      (why) => warnings.push(`without bookmarks: ${why}`),
    );
    if (warnings.length > 0) this.#carrier({ type: 'notice', level: 'warn', text: warnings.join('; ') });
    if (this.#startAt !== undefined) this.#goToStart(this.#startAt);
    this.#indexOn();
  }

  /** Stands at the moment that the command line asks for, told as the operator would type it. */
  #goToStart(text: string): void {
    const replay = this.#replayView();
    const error = 'no sequence number, and no time such as 14:03:22';
    const goTo = parseGoTo(text, replay, replay.firstUs) ?? { error };
    if ('error' in goTo) throw new CommandError(EXIT.usage, `--at ${JSON.stringify(text)}: ${goTo.error}`);
    this.#act(goTo.action);
  }

  handle(message: ToEngine): void {
    switch (message.type) {
      case 'credit':
        this.#publisher.credit();
        return;
      case 'replay':
        this.#act(message.action);
        this.#show();
        return;
      case 'command':
        this.#carrier({ type: 'command-done', id: message.id, refused: this.#forkBy(message.command) });
        this.#show();
        return;
      case 'log':
        this.#carrier({ type: 'log', entries: this.#entries(message.from, message.limit), dropped: 0 });
        return;
      case 'explain':
        this.#carrier({ type: 'explain', decisionId: message.decisionId, explain: this.#explain(message.decisionId) });
        return;
      case 'roll-back':
        this.#carrier({ type: 'notice', level: 'warn', text: 'a replay asks the models that were recorded' });
        return;
      case 'lost':
        return;
      case 'stop':
        this.stop('the operator left');
        return;
    }
  }

  stop(reason: string): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    const { state, cursor, total } = this.#travel;
    const stoodBehind = { standingBehindInput: cursor, ofInputs: total };
    const counts = { ...countsOf(state), ...proposalOutcomes(state) };
    const summary = { ...stoodBehind, ...counts, ...this.#fork.save(this.#dir, this.#session.manifest.name) };
    this.#carrier({ type: 'stopped', reason, fault: false, summary });
  }

  /** After a fault there is nothing to keep. */
  abandon(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Folds the rest of the session for the index, a slice at a time, so that keys are heard in between. */
  #indexOn(): void {
    if (this.#timer === undefined) return;
    const more = this.#folding(() => this.#travel.index(INDEX_SLICE));
    this.#unshown = true;
    this.#compareOn(!more);
    if (more || this.#fork.read(INDEX_SLICE)) setImmediate(() => this.#indexOn());
  }

  /** What the index has found is held against what was recorded, until the operator's keys make it another run. */
  #compareOn(finished: boolean): void {
    if (!this.#isRecorded || this.#fork.forkedHere || this.#comparison.mismatch !== undefined) return;
    const { events, indexed } = this.#travel;
    while (this.#comparedEvents < events.count) this.#comparison.derive(events.at(this.#comparedEvents++).event);
    const upTo = this.#session.firstSeq - 1 + indexed;
    while (this.#nextNote !== undefined && this.#nextNote.seq <= upTo) {
      if (this.#nextNote.kind === 'output') this.#comparison.record(this.#nextNote);
      this.#nextNote = this.#notes.next().value;
    }
    if (finished) this.#comparison.finishEvents(this.#session.manifest.complete, this.#session.tail);
    const { mismatch } = this.#comparison;
    if (mismatch === undefined) return;
    this.#carrier({ type: 'notice', level: 'error', text: `not what was recorded, from here on: ${mismatch}` });
  }

  #show(): void {
    this.#publisher.hurry();
    this.#unshown = true;
    this.#publish();
  }

  /** A session that stands still is not shown again and again. */
  #publish(): void {
    if (this.#unshown && this.#publisher.poll(performance.now())) this.#unshown = false;
  }

  #tick(): void {
    if (this.#playing) {
      const passedMs = performance.now() - this.#playFrom.wallMs;
      const targetUs = this.#playFrom.sessionUs + passedMs * 1000 * this.#speed;
      const to = this.#travel.cursorAtTime(targetUs);
      if (to > this.#travel.cursor) this.#playTo(to);
      if (this.#travel.cursor === this.#travel.total) this.#playing = false;
      this.#unshown = true;
    }
    this.#publish();
  }

  #playTo(to: number): void {
    const stop = this.#folding(() => this.#places.stopWithin(this.#travel.cursor, to));
    this.#move(() => this.#travel.seek(stop?.cursor ?? to));
    if (stop === undefined) return;
    this.#playing = false;
    this.#carrier({
      type: 'notice',
      level: 'info',
      text: `stopped at a ${stop.kind}${stop.note ? `: ${stop.note}` : ''}`,
    });
  }

  #sessionUs(): number {
    return this.#travel.timeAt(Math.max(this.#travel.cursor - 1, 0));
  }

  #anchor(): void {
    this.#playFrom = { sessionUs: this.#sessionUs(), wallMs: performance.now() };
  }

  #act(action: ReplayAction): void {
    switch (action.kind) {
      case 'play':
        if (this.#travel.cursor === this.#travel.total) this.#travel.seek(0);
        this.#playing = true;
        this.#anchor();
        return;
      case 'pause':
        this.#playing = false;
        return;
      case 'speed':
        this.#speed = SPEEDS[SPEEDS.indexOf(this.#speed) + action.step] ?? this.#speed;
        this.#anchor();
        return;
      case 'step':
        this.#playing = false;
        this.#step(action.unit, action.direction);
        return;
      case 'seek':
        this.#jump(action.cursor);
        return;
      case 'seek-time':
        this.#jump(this.#travel.cursorAtTime(action.atUs));
        return;
      case 'break':
        this.#places.setBreak(action.at, action.on);
        return;
      case 'bookmark':
      case 'forget-bookmark':
        this.#bookmark(action);
        return;
    }
  }

  #bookmark(action: Extract<ReplayAction, { kind: 'bookmark' | 'forget-bookmark' }>): void {
    const tell = (level: 'info' | 'warn', text: string): void => this.#carrier({ type: 'notice', level, text });
    orWarn(
      () => {
        if (action.kind === 'forget-bookmark') this.#places.remove(action.cursor);
        else if (this.#places.keep(this.#travel.cursor, action.note)) tell('info', 'bookmarked');
        else tell('warn', `there are ${MOST_BOOKMARKS} bookmarks: remove one first`);
      },
      (why) => tell('warn', `not kept: ${why}`),
    );
  }

  #step(unit: StepUnit, direction: 1 | -1): void {
    const to = this.#travel.target(unit, direction);
    if (to !== undefined) {
      this.#move(() => this.#travel.seek(to));
      return;
    }
    const reading = this.#travel.indexed < this.#travel.total;
    const where = direction > 0 ? 'after' : 'before';
    const byIndex = unit !== 'input' && unit !== 'bar';
    const text = `no ${unit} ${where} this point${byIndex && reading ? ' so far: the session is still being read' : ''}`;
    this.#carrier({ type: 'notice', level: 'info', text });
  }

  #jump(cursor: number): void {
    this.#move(() => this.#travel.seek(cursor));
    this.#anchor();
  }

  /** What the engine cannot fold ends the replay in one line. */
  #folding<T>(fold: () => T): T {
    try {
      return fold();
    } catch (cause) {
      throw asRefusedInput(cause, this.#travel.state);
    }
  }

  /** Moves and notes which values of the view changed by it. */
  #move(move: () => void): void {
    const before = flatten(this.#view());
    this.#folding(move);
    this.#changed = changedKeys(before, flatten(this.#view()));
  }

  /** An operator's key in a recorded session: the run goes on differently from here. */
  #forkBy(command: OperatorCommand): string | undefined {
    this.#playing = false;
    if (!this.#travel.forked && this.#travel.state.config.venue === 'external')
      this.#carrier({ type: 'notice', level: 'warn', text: VENUE_NOT_ASKED });
    this.#move(() => this.#fork.fork(command));
    const at = this.#travel.cursor;
    this.#indexOn();
    return refusalOf(command, this.#timeline.eventsAt(at));
  }

  #entries(from: number, limit: number): LogEntry[] {
    const { instruments } = this.#travel.state;
    const count = this.#timeline.countAt(this.#travel.cursor);
    const start = Math.max(from - 1, count - limit, 0);
    const events = this.#travel.events.slice(start, count);
    return events.map(({ event }, i) => logEntry(start + i + 1, event, instruments));
  }

  #explain(decisionId: number): ReturnType<typeof explainOf> {
    const following = this.#timeline.following(decisionId, this.#travel.cursor);
    if (following === undefined) return undefined;
    return explainOf(following.decision, following.events, this.#travel.state.instruments);
  }

  #lastInput(): string {
    const { cursor } = this.#travel;
    if (cursor === 0) return 'start of the session';
    this.#travel.source.seek(cursor - 1, this.#input);
    return `${describeInput(this.#input, this.#travel.state.instruments)}${this.#fork.inputNote(cursor - 1)}`;
  }

  #view(): EngineView {
    const { manifest } = this.#session;
    const { state } = this.#travel;
    return buildView(state, {
      venue: manifest.venue,
      session: manifest.name,
      recording: false,
      nowUs: state.control.nowUs[0]!,
      lagMs: 0,
      inputsPerSecond: 0,
      droppedLogs: 0,
      equity: this.#timeline.equity(moneyToNumber(readMoney(state.account.money, ACCOUNT.equity))),
      replay: this.#replayView(),
      findDecision: (id) => this.#timeline.decision(id, this.#travel.cursor)?.trace,
      headerOf: (id) => this.#models.headerOf(id),
    });
  }

  #replayView(): ReplayView {
    const travel = this.#travel;
    return {
      session: this.#session.manifest.name,
      firstSeq: this.#session.firstSeq,
      cursor: travel.cursor,
      total: travel.total,
      firstUs: travel.timeAt(0),
      lastUs: travel.timeAt(travel.total - 1),
      playing: this.#playing,
      speed: this.#speed,
      indexed: travel.indexed,
      marks: this.#timeline.marks(),
      bookmarks: this.#places.bookmarks(),
      breaks: this.#places.breaks,
      lastInput: this.#lastInput(),
      changed: this.#changed,
      forked: travel.forked,
      recorded: this.#fork.beside(),
      answers: this.#fork.answers(),
    };
  }
}
