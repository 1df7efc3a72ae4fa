/** Runs an engine in real time, on the synthetic market or on a venue: sequencer, journal, kill channels, views. */
import type { CommandSource, EngineEvent, InputEncoder, OperatorCommand } from '../../engine/domain/index.ts';
import { controlMode, isHalted } from '../../engine/index.ts';
import { cleanText, type JournalError, openLog, type StateSnapshot, type StructuredLog } from '../../logs/index.ts';
import { LOG_CAPACITY } from '../../state/model.ts';
import type { ToEngine } from '../../state/protocol.ts';
import type { EngineView } from '../../state/view.ts';
import { BUILD } from '../build-info.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type ControlServer, serveControl } from '../control/server.ts';
import { type DataDir, openDataDir } from '../data-dir.ts';
import { sessionModels } from '../models/session-models.ts';
import { type Ownership, takeOwnership } from '../owner.ts';
import { replayCommand } from '../replay-command.ts';
import type { CommandOutcome } from './console-link.ts';
import { Consoles, type ConsolesTarget } from './consoles.ts';
import { type AnswersTarget, answerTo } from './control-answers.ts';
import { Departure, type Ending, mustSettle } from './departure.ts';
import { EquityCurve } from './equity-curve.ts';
import { EventRing } from './event-ring.ts';
import { HaltFile } from './halt-file.ts';
import type { LiveJob } from './job.ts';
import { finishJournal, LOGGED, lastWord, statusOf, TIGHTENING } from './live-report.ts';
import { type LiveStart, prepareRun, restartInputs, WARMUP_CONTROL } from './live-start.ts';
import { LoadMeter } from './load-meter.ts';
import { type SourceHost, sourceHost } from './market-source.ts';
import { ModelDesk } from './model-desk.ts';
import { openRecorder } from './open-recorder.ts';
import type { OpenedVenue } from './open-venue.ts';
import type { Carrier } from './publisher.ts';
import type { Recorder } from './recorder.ts';
import { refusalOf } from './refusal.ts';
import { RetrainWatch } from './retrain-watch.ts';
import { Sequencer } from './sequencer.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';
import { refusalToSwitch } from './switch-mode.ts';
import type { LiveHostParts, TradingSide, TradingSideOptions } from './trading-side.ts';
import { buildView } from './view-builder.ts';
import { WarmStart } from './warm-start.ts';

const TICK_MS = 10;

export class LiveHost {
  readonly #job: LiveJob;
  readonly #clock: Clock;
  readonly #dir: DataDir;
  readonly #owner: Ownership;
  readonly #log: StructuredLog;
  readonly #run: LiveStart;
  readonly #recorder: Recorder;
  readonly #sequencer: Sequencer;
  readonly #snapshots: SnapshotKeeper;
  readonly #trading: TradingSide | undefined;
  readonly #models: ModelDesk;
  readonly #retraining: RetrainWatch;
  readonly #sourceHost: SourceHost;
  readonly #ring: EventRing;
  readonly #consoles: Consoles;
  readonly #meter = new LoadMeter();
  readonly #control: ControlServer;
  readonly #haltFile: HaltFile;
  readonly #curve = new EquityCurve();
  readonly #warmStart = new WarmStart((text) => this.#consoles.broadcast({ type: 'notice', level: 'info', text }));
  #timer: NodeJS.Timeout | undefined;
  #warm = false;
  #readyUs = 0;
  #catchingUp = false;
  #departure: Departure | undefined;
  #ending: Promise<void> | undefined;

  constructor(job: LiveJob, carrier: Carrier, parts: LiveHostParts = {}) {
    this.#job = job;
    this.#dir = openDataDir(job.dataDir);
    const nowUs = systemClock().nowUs();
    this.#owner = parts.venue?.owner ?? takeOwnership(this.#dir, new Date(nowUs / 1000).toISOString());
    this.#log = openLog({ path: this.#dir.logFile });
    const run = this.#prepare(nowUs, carrier, parts.venue?.opened);
    this.#run = run;
    // Time goes on also where the machine's clock has been set back; a venue's is that of its clock.
    this.#clock = parts.venue?.clock ?? systemClock(run.base?.atUs);
    const { venue, ...kept } = parts;
    this.#recorder = openRecorder(this.#dir, run, kept, (error) => this.#journalFailed(error));
    const { seed, symbols, control } = job;
    const { startsFrom } = run.draft;
    this.#log.log.info({ session: run.name, build: BUILD, seed, symbols, control, startsFrom }, 'engine starts');
    this.#snapshots = new SnapshotKeeper(this.#recorder.directory, (text) => this.#log.log.warn(text));
    const models = sessionModels(this.#recorder.directory, run.packages);
    this.#sequencer = new Sequencer(run.config, this.#recorder, (event) => this.#onEvent(event), {
      ...{ base: run.base, models },
      onCheckpoint: (stateHash) => this.#keep(stateHash),
    });
    this.#models = new ModelDesk(run.registry, models, this.#sequencer, this.#recorder, () =>
      this.#timer === undefined ? undefined : this.#run.source.timeOf(this.#clock.nowUs(), this.#warm),
    );
    this.#retraining = new RetrainWatch(this.#dir, run, (...told) => this.#notice(...told));
    this.#trading = venue?.trading?.(this.#tradingOptions());
    this.#sourceHost = sourceHost(this.#sequencer, this.#recorder, this.#clock, (...told) => this.#notice(...told));
    this.#ring = new EventRing(LOG_CAPACITY, this.#sequencer.state.instruments, replayCommand(run.name, job.dataDir));
    this.#consoles = new Consoles(this.#target(), carrier, this.#log.log);
    this.#haltFile = new HaltFile(this.#dir, (text) => this.#notice('error', text));
    this.#control = serveControl(this.#dir.socket, {
      answer: (question) => answerTo(question, this.#answersTarget()),
      attach: (line) => this.#consoles.attach(line),
      trouble: (text) => this.#notice('error', text),
    });
  }

  /** The lock is for a run that begins: one that cannot lets go of it. */
  #prepare(nowUs: number, carrier: Carrier, opened: OpenedVenue | undefined): LiveStart {
    try {
      const notice = (text: string): void => carrier({ type: 'notice', level: 'warn', text });
      return prepareRun({ job: this.#job, dir: this.#dir, nowUs, opened, notice });
    } catch (cause) {
      this.#owner.release();
      throw cause;
    }
  }

  /** Starts pumping; `ready` follows when the warm start is done. */
  start(): void {
    if (this.#run.base !== undefined) this.#goOnFrom(this.#run.base);
    // The console draws its panels, with nothing in them, while the history runs through.
    this.#consoles.poll(this.#nowMs());
    // From here on inputs are taken: what the venue has told since it was opened comes at once.
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#trading?.start();
    this.#run.source.start(this.#sourceHost);
    this.#tick();
  }

  /** What waited has expired, prices are not known, and nobody clears a trade before the warm start is over. */
  #goOnFrom(base: StateSnapshot): void {
    for (const write of restartInputs(this.#run)) {
      write(this.#sequencer.encoder);
      this.#sequencer.accept(base.atUs);
    }
    if (controlMode(this.#sequencer.state) !== WARMUP_CONTROL)
      this.#command({ kind: 'set-control', mode: WARMUP_CONTROL }, 'console');
    if (this.#run.halted) this.#command({ kind: 'kill' }, 'journal');
    this.#sequencer.markBegun();
    // Only a resume takes a halt back: not a hand that has removed HALT since, nor a disk that had no room for it.
    if (isHalted(this.#sequencer.state)) this.#haltFile.write('halted before this session went on from another one');
  }

  /** A journal that has failed vouches for no snapshot. */
  #keep(stateHash: string): void {
    if (this.#recorder.failure === undefined) this.#snapshots.offer(this.#sequencer.state, stateHash, this.#nowMs());
  }

  handle(message: ToEngine): void {
    if (this.#ending !== undefined) return;
    if (message.type === 'switch') this.#switch(message.to);
    else if (message.type !== 'stop') this.#consoles.handleOwn(message);
    else if (message.unlessWatched !== true) void (this.#departure === undefined ? this.stop() : this.#depart());
    else if (!this.#consoles.watched) void this.stop();
  }

  /** This run ends, and whoever started it begins one in the other mode. */
  #switch(to: 'live' | 'paper'): void {
    const why = refusalToSwitch(to, this.#job, this.#dir, this.#sequencer.state);
    if (why === undefined) void this.stop(`to ${to}`, to);
    else this.#notice('error', `not ${to}: ${why}`);
  }

  #target(): ConsolesTarget {
    return {
      ring: this.#ring,
      tighten: () => {
        if (this.#ending !== undefined) return;
        const control = controlMode(this.#sequencer.state);
        if (control === 'veto' || control === 'auto') this.#command({ kind: 'set-control', mode: 'manual' }, 'console');
      },
      view: () => this.#view(),
      whenDurable: (show) => this.#whenDurable(show),
      rollBack: (kind) => void this.#models.rollBack(kind, (...told) => this.#notice(...told)),
      command: (command, done) => {
        if (this.#ending !== undefined) return;
        this.#command(command, 'console', done);
        this.#consoles.hurry(this.#nowMs());
      },
    };
  }

  /** Ends the run: what works at a venue settled, journal sealed, lock released. Safe to call twice. */
  stop(reason = 'the operator left', next?: 'live' | 'paper'): Promise<void> {
    if (this.#timer === undefined) return this.#ending ?? Promise.resolve();
    if (this.#departure !== undefined) return this.#departure.over;
    this.#departure = new Departure({ reason, next }, this.#clock.nowUs());
    if (this.#recorder.failure !== undefined || !mustSettle(this.#sequencer.state)) this.#depart();
    else {
      this.#notice('warn', 'entries are taken back and stops laid before it ends; asked again it ends at once');
      this.#command({ kind: 'disarm' }, 'console');
    }
    return this.#departure.over;
  }

  #depart(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#run.source.stop();
    this.#ending = this.#end(this.#departure!.ending(this.#sequencer.state)).finally(this.#departure!.done);
  }

  async #end(ending: Ending): Promise<void> {
    const ended = await finishJournal(this.#sequencer, this.#recorder);
    await this.#snapshots.settled();
    await new Promise<void>((resolve) => this.#haltFile.whenWritten(resolve));
    const last = lastWord(ending, this.#sequencer, this.#recorder, this.#run.tookUp, ended);
    this.#log.log.info({ ...last, inputs: this.#sequencer.inputs }, 'engine stops');
    this.#trading?.close();
    this.#log.close();
    this.#consoles.broadcast({ type: 'stopped', ...last });
    // Whoever takes the directory next has its own socket there.
    this.#control.close();
    this.#owner.release();
  }

  /** After a fault: what the journal took is kept, the session stays open-ended, the lock is released. */
  abandon(cause: unknown): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#log.log.error({ err: cause }, 'engine stopped by a fault');
    this.#run.source.stop();
    this.#trading?.close();
    this.#haltFile.insist();
    this.#control.close();
    // Whoever takes the directory next must find all that this one has recorded.
    this.#ending = this.#recorder.letGo().finally(() => {
      this.#owner.release();
      this.#log.close();
      this.#departure?.done();
    });
  }

  #nowMs(): number {
    return this.#clock.nowUs() / 1000;
  }

  #tick(): void {
    const nowUs = this.#clock.nowUs();
    this.#meter.tick(nowUs, this.#sequencer.inputs);
    if (this.#haltFile.appeared(nowUs / 1000)) this.#haltByFile();
    const caughtUp = this.#run.source.pump(this.#sourceHost, nowUs, this.#warm);
    this.#trading?.tick(nowUs);
    if (caughtUp && this.#run.source.hasHistory && !this.#warm) {
      this.#warm = true;
      this.#readyUs = nowUs;
      if (this.#job.control !== WARMUP_CONTROL)
        this.#command({ kind: 'set-control', mode: this.#job.control }, 'console');
      this.#consoles.ready();
      void this.#models.deploy((why) => this.#notice('error', why));
    }
    this.#recorder.poll(nowUs / 1000);
    if (this.#warm) this.#curve.sample(this.#sequencer.state, this.#sequencer.lastUs);
    // Numbers of the warm start are minutes old: none of them is shown.
    if (this.#warm) this.#retraining.poll(this.#sequencer.state, nowUs / 1000);
    if (this.#warm) this.#consoles.poll(nowUs / 1000);
    else this.#warmStart.poll(nowUs, this.#sequencer.lastUs);
    const endUs = this.#warm && this.#job.forMs > 0 ? this.#readyUs + this.#job.forMs * 1000 : Number.POSITIVE_INFINITY;
    if (this.#departure?.isDue(this.#sequencer.state, nowUs) === true) this.#depart();
    else if (nowUs >= endUs) void this.stop('the time asked for is over');
    else if (!caughtUp) this.#catchUp();
  }

  #haltByFile(): void {
    this.#command({ kind: 'kill' }, 'file');
    if (this.#warm) this.#consoles.hurry(this.#nowMs());
    this.#notice('error', `halted by ${this.#dir.haltFile}: ${this.#haltFile.text()}`);
  }

  /** The next slice as soon as whatever else has arrived is heard; one of these at a time. */
  #catchUp(): void {
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    setImmediate(() => {
      this.#catchingUp = false;
      if (this.#timer !== undefined) this.#tick();
    });
  }

  /** What comes back from a venue while an input is stepped waits until it is done. */
  #input(write: (encoder: InputEncoder) => void): void {
    if (this.#sequencer.isStepping) {
      queueMicrotask(() => this.#input(write));
      return;
    }
    if (this.#timer === undefined) return;
    write(this.#sequencer.encoder);
    this.#sequencer.accept(this.#clock.nowUs());
  }

  #tradingOptions(): TradingSideOptions {
    return {
      config: this.#run.config,
      state: this.#sequencer.state,
      gate: this.#recorder.gate,
      input: (write) => this.#input(write),
      nowUs: () => this.#clock.nowUs(),
      notice: (level, text) => this.#notice(level, text),
    };
  }

  #answersTarget(): AnswersTarget {
    return {
      ...{ models: this.#models, haltFile: this.#haltFile, recorder: this.#recorder },
      isEnding: () => this.#ending !== undefined,
      status: () => statusOf(this.#view()),
      command: (command, done) => this.#command(command, 'socket', done),
      hurry: () => this.#consoles.hurry(this.#nowMs()),
    };
  }

  #notice(level: 'info' | 'warn' | 'error', text: string): void {
    this.#log.log[level](text);
    this.#consoles.broadcast({ type: 'notice', level, text });
  }

  #onEvent(event: EngineEvent): void {
    this.#ring.push(event);
    this.#consoles.note(event);
    const { newestId } = this.#ring;
    this.#whenDurable(() => this.#ring.show(newestId));
    this.#trading?.onEvent(event);
    this.#models.onEvent(event, (...told) => this.#notice(...told));
    if (LOGGED.has(event.kind)) this.#log.log.info({ event }, event.kind);
    if (event.kind === 'kill' && event.stage === 'blocking') {
      this.#haltFile.write(
        `halted by ${event.source === 'engine' ? 'a limit of the account' : event.source} at ${new Date(event.atUs / 1000).toISOString()}`,
      );
    }
    if (event.kind === 'resume') this.#removeHalt();
  }

  /** What loosens waits for the disk, and does not happen when a kill has come meanwhile. */
  #removeHalt(): void {
    const remove = (): void => {
      if (!isHalted(this.#sequencer.state)) this.#haltFile.remove();
    };
    const release = (): void => this.#haltFile.whenWritten(remove);
    this.#recorder.gate.pass({ seq: this.#recorder.lastSeq, release, refuse: () => {} });
  }

  /** Calls back when everything that has bound anybody so far is on the disk, or when it never will be. */
  #whenDurable(act: () => void): void {
    this.#recorder.gate.pass({ seq: this.#recorder.boundSeq, release: act, refuse: act });
  }

  /** Nothing more can be recorded: no entries, by every means there is left to say so. */
  #journalFailed(error: JournalError): void {
    if (this.#timer === undefined) return;
    this.#command({ kind: 'kill' }, 'journal');
    this.#notice('error', `HALTED, nothing is recorded any more: ${error.message}`);
    this.#consoles.hurry(this.#nowMs());
  }

  /** Journals and steps an operator command; `done` hears of it when it is on the disk. */
  #command(command: OperatorCommand, source: CommandSource, done: (outcome: CommandOutcome) => void = () => {}): void {
    const { failure } = this.#recorder;
    if (failure !== undefined && !TIGHTENING.has(command.kind)) {
      done({ refused: `the journal cannot be written: ${failure.reason}` });
      return;
    }
    this.#sequencer.encoder.command(command, source);
    const refused = refusalOf(
      command,
      this.#sequencer.accept(this.#run.source.timeOf(this.#clock.nowUs(), this.#warm)),
    );
    this.#recorder.gate.pass({
      seq: this.#recorder.lastSeq,
      release: () => this.#haltFile.whenWritten(() => done({ refused })),
      refuse: (why) => done(refused === undefined ? { refused, unrecorded: why } : { refused }),
    });
  }

  #view(): EngineView {
    const { failure } = this.#recorder;
    const { source, draft } = this.#run;
    const nowUs = this.#clock.nowUs();
    return buildView(this.#sequencer.state, {
      venue: draft.venue,
      session: this.#recorder.name,
      recording: failure === undefined,
      unrecorded: failure === undefined ? undefined : cleanText(`${failure.reason}: ${failure.path}`),
      nowUs,
      feedStatus: source.status(),
      leftLive: this.#job.venue?.leftLive,
      live: this.#trading?.view(nowUs),
      lagMs: this.#meter.lagMs,
      inputsPerSecond: this.#meter.inputsPerSecond,
      droppedLogs: this.#ring.dropped,
      equity: this.#curve.points(),
      replay: undefined,
      findDecision: (id) => this.#ring.decision(id)?.trace,
      headerOf: (id) => this.#models.headerOf(id),
    });
  }
}
