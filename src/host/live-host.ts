/** Runs an engine on the synthetic venue in real time: sequencer, journal, kill channels, views. */
import type { EngineEvent, OperatorCommand } from '../../engine/domain/index.ts';
import { type CommandSource, formatMoney, readMoney } from '../../engine/domain/index.ts';
import { ACCOUNT, computeEquity, isHalted, SyntheticMarket } from '../../engine/index.ts';
import { openLog, SessionWriter, type StructuredLog } from '../../logs/index.ts';
import type { FromEngine, ToEngine } from '../../state/protocol.ts';
import type { EngineView } from '../../state/view.ts';
import { BUILD } from '../build-info.ts';
import { sessionNameAt, systemClock } from '../clock.ts';
import type { ControlQuestion, ControlReply } from '../control/messages.ts';
import { type AttachedLine, type ControlServer, serveControl } from '../control/server.ts';
import { type DataDir, freeSessionName, openDataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Ownership, takeOwnership } from '../owner.ts';
import { policyInForce, runConfig } from './config.ts';
import { ConsoleLink, type LinkTarget } from './console-link.ts';
import { EventRing } from './event-ring.ts';
import { HaltFile } from './halt-file.ts';
import type { LiveJob } from './job.ts';
import { LoadMeter } from './load-meter.ts';
import type { Carrier } from './publisher.ts';
import { Sequencer } from './sequencer.ts';
import { buildView, countsOf } from './view-builder.ts';

const TICK_MS = 10;
const FLUSH_MS = 50;
/** Silence after which a timer input moves session time on. */
const TIMER_US = 250_000;
/** Most market events stepped before commands are heard again. */
const SLICE = 2_000;
const RING = 5_000;
/** Events that the structured log repeats: what a person looks for after the fact. */
const LOGGED: ReadonlySet<EngineEvent['kind']> = new Set([
  'kill',
  'halt',
  'resume',
  'control',
  'command-refused',
  'position-closed',
]);
/** The history before the console opens only warms indicators: nobody was there to clear a trade. */
const WARMUP_CONTROL = 'observe';
const CURVE_POINTS = 120;
/** A warm start that takes longer is told of, again and again. */
const SLOW_START_US = 1_000_000;

export class LiveHost {
  readonly #job: LiveJob;
  readonly #clock = systemClock();
  readonly #dir: DataDir;
  readonly #owner: Ownership;
  readonly #log: StructuredLog;
  readonly #market: SyntheticMarket;
  readonly #journal: SessionWriter;
  readonly #sequencer: Sequencer;
  readonly #ring: EventRing;
  readonly #own: ConsoleLink;
  readonly #attached = new Set<ConsoleLink>();
  readonly #meter = new LoadMeter();
  readonly #control: ControlServer;
  readonly #haltFile: HaltFile;
  readonly #curve: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #warm = false;
  #lastFlushMs = 0;
  #lastCurveUs = 0;
  #startUs = 0;
  #readyUs = 0;
  #lastToldUs = 0;
  #catchingUp = false;

  constructor(job: LiveJob, carrier: Carrier) {
    this.#job = job;
    this.#dir = openDataDir(job.dataDir);
    const nowUs = this.#clock.nowUs();
    this.#owner = takeOwnership(this.#dir, new Date(nowUs / 1000).toISOString());
    this.#log = openLog({ path: this.#dir.logFile });
    this.#market = new SyntheticMarket({
      seed: job.seed,
      startUs: Math.trunc(nowUs) - job.warmupMs * 1000,
      symbols: job.symbols,
      ratePerSecond: job.ratePerSecond,
    });
    const name = this.#sessionName(nowUs);
    const instruments = this.#market.instruments;
    const accountCurrency = instruments[0]?.quote ?? 'USDT';
    const { seed, barIntervalUs, startingCash } = job;
    const control = WARMUP_CONTROL;
    const config = runConfig({
      runId: name,
      seed,
      control,
      barIntervalUs,
      startingCash,
      accountCurrency,
      instruments,
      synthetic: true,
      policy: policyInForce(this.#dir, (text) => carrier({ type: 'notice', level: 'warn', text })),
    });
    this.#journal = SessionWriter.open(this.#dir.sessions, name, {
      kind: 'console',
      createdAt: new Date(nowUs / 1000).toISOString(),
      venue: 'sim',
      accountCurrency,
      instruments: [...instruments],
      barIntervalUs,
      build: BUILD,
      nodeVersion: process.version,
      config,
    });
    this.#log.log.info(
      { session: name, build: BUILD, seed, symbols: job.symbols, control: job.control },
      'engine starts',
    );
    this.#sequencer = new Sequencer(config, this.#journal, (event) => this.#onEvent(event));
    this.#ring = new EventRing(RING, this.#sequencer.state.instruments);
    this.#own = new ConsoleLink(this.#target(), carrier);
    const trouble = (text: string): void => this.#trouble(text);
    this.#haltFile = new HaltFile(this.#dir, trouble);
    this.#control = serveControl(this.#dir.socket, {
      answer: (question) => this.#answer(question),
      attach: (line) => this.#attach(line),
      trouble,
    });
  }

  /** Starts pumping; `ready` follows when the warm start is done. */
  start(): void {
    // The console draws its panels, with nothing in them, while the history runs through.
    this.#own.poll(this.#nowMs());
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  handle(message: ToEngine): void {
    if (message.type !== 'stop') this.#own.handle(message);
    else if (message.unlessWatched !== true || this.#attached.size === 0) this.stop('the operator left');
  }

  /** A console over the control socket: the same talk as the own one's, until it goes away. */
  #attach(line: AttachedLine): void {
    const target: LinkTarget = { ...this.#target(), view: () => ({ ...this.#view(), attached: true }) };
    const link = new ConsoleLink(target, (message) => line.send(message));
    this.#attached.add(link);
    this.#log.log.info({ attached: this.#attached.size }, 'a console attached');
    line.onMessage((message) => {
      if (message === undefined) {
        this.#attached.delete(link);
        this.#log.log.info({ attached: this.#attached.size }, 'a console detached');
      } else if (message.type !== 'stop') link.handle(message);
    });
    if (this.#warm) link.send({ type: 'ready' });
  }

  #target(): LinkTarget {
    return {
      ring: this.#ring,
      view: () => this.#view(),
      command: (command) => {
        const refused = this.#command(command, 'console');
        this.#hurry();
        return refused;
      },
    };
  }

  /** Something has changed that every console shows at once. */
  #hurry(): void {
    for (const link of [this.#own, ...this.#attached]) {
      link.hurry();
      link.poll(this.#nowMs());
    }
  }

  #broadcast(message: FromEngine): void {
    for (const link of [this.#own, ...this.#attached]) link.send(message);
  }

  /** Ends the run: journal sealed, lock released. Safe to call twice. */
  stop(reason: string): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    const stateHash = this.#sequencer.finish();
    this.#owner.release();
    this.#log.log.info({ reason, stateHash, inputs: this.#sequencer.inputs }, 'engine stops');
    this.#log.close();
    const { state } = this.#sequencer;
    const summary = {
      session: this.#journal.name,
      directory: this.#journal.directory,
      inputs: this.#sequencer.inputs,
      ...countsOf(state),
      equity: formatMoney(computeEquity(state), 2),
      currency: state.config.accountCurrency,
      fees: formatMoney(readMoney(state.account.money, ACCOUNT.fees), 2),
      openPositions: state.instruments.filter((i) => state.positions.lots[i.index] !== 0).length,
      halted: isHalted(state),
      stateHash,
    };
    this.#broadcast({ type: 'stopped', reason, fault: false, summary });
    this.#control.close();
  }

  /** After a fault: what the journal took is kept, the session stays open-ended, the lock is released. */
  abandon(cause: unknown): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#log.log.error({ err: cause }, 'engine stopped by a fault');
    this.#control.close();
    try {
      this.#sequencer.flush();
    } finally {
      this.#journal.abort();
      this.#owner.release();
      this.#log.close();
    }
  }

  #sessionName(nowUs: number): string {
    const asked = this.#job.session;
    const name = freeSessionName(this.#dir, asked ?? sessionNameAt(nowUs));
    if (asked !== undefined && name !== asked)
      throw new CommandError(EXIT.usage, `session ${asked} exists; nothing is overwritten, choose another --session`);
    return name;
  }

  #nowMs(): number {
    return this.#clock.nowUs() / 1000;
  }

  #tick(): void {
    const nowUs = this.#clock.nowUs();
    this.#meter.tick(nowUs, this.#sequencer.inputs);
    if (this.#haltFile.appeared(nowUs / 1000)) this.#haltByFile();
    const caughtUp = this.#pump(nowUs);
    if (caughtUp && !this.#warm) {
      this.#warm = true;
      this.#readyUs = nowUs;
      if (this.#job.control !== WARMUP_CONTROL)
        this.#command({ kind: 'set-control', mode: this.#job.control }, 'console');
      this.#broadcast({ type: 'ready' });
    }
    if (nowUs / 1000 - this.#lastFlushMs >= FLUSH_MS) {
      this.#lastFlushMs = nowUs / 1000;
      this.#sequencer.flush();
    }
    this.#sampleCurve();
    // Numbers of the warm start are minutes old: none of them is shown.
    if (this.#warm) for (const link of [this.#own, ...this.#attached]) link.poll(nowUs / 1000);
    else this.#tellOfWarmStart(nowUs);
    const endUs = this.#warm && this.#job.forMs > 0 ? this.#readyUs + this.#job.forMs * 1000 : Number.POSITIVE_INFINITY;
    if (nowUs >= endUs) this.stop('the time asked for is over');
    else if (!caughtUp) this.#catchUp();
  }

  #haltByFile(): void {
    this.#command({ kind: 'kill' }, 'file');
    if (this.#warm) this.#hurry();
    this.#trouble(`halted by ${this.#dir.haltFile}: ${this.#haltFile.text()}`);
  }

  /** A warm start of many events takes its time. */
  #tellOfWarmStart(nowUs: number): void {
    if (this.#startUs === 0) this.#startUs = nowUs;
    if (nowUs - this.#startUs < SLOW_START_US || nowUs - this.#lastToldUs < SLOW_START_US) return;
    this.#lastToldUs = nowUs;
    const leftS = Math.round((nowUs - this.#sequencer.lastUs) / 1e6);
    this.#broadcast({ type: 'notice', level: 'info', text: `warm start: ${leftS} s of market history to run through` });
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

  /** Steps market events up to now, at most a slice. @returns true when none is left. */
  #pump(nowUs: number): boolean {
    const { encoder } = this.#sequencer;
    for (let n = 0; n < SLICE; n++) {
      if (this.#market.nextAtUs() > nowUs) {
        if (nowUs - this.#sequencer.lastUs > TIMER_US) {
          encoder.timer();
          this.#sequencer.accept(nowUs);
        }
        return true;
      }
      const receivedAtUs = this.#market.emit(encoder);
      this.#sequencer.accept(receivedAtUs);
    }
    return false;
  }

  /** Something outside the engine went wrong, and it goes on. */
  #trouble(text: string): void {
    this.#log.log.error(text);
    this.#broadcast({ type: 'notice', level: 'error', text });
  }

  #onEvent(event: EngineEvent): void {
    this.#ring.push(event);
    if (LOGGED.has(event.kind)) this.#log.log.info({ event }, event.kind);
    if (event.kind === 'kill' && event.stage === 'blocking') {
      this.#haltFile.write(
        `halted by ${event.source === 'engine' ? 'a limit of the account' : event.source} at ${new Date(event.atUs / 1000).toISOString()}`,
      );
    }
    if (event.kind === 'resume') this.#haltFile.remove();
  }

  /** Journals and steps an operator command. @returns why it did nothing, or undefined. */
  #command(command: OperatorCommand, source: CommandSource): string | undefined {
    this.#sequencer.encoder.command(command, source);
    // Before the warm start is over the session's time is that of its history, which must not be jumped over.
    const atUs = this.#warm ? this.#clock.nowUs() : this.#market.nextAtUs();
    const events = this.#sequencer.accept(atUs);
    const refused = events.find((event) => event.kind === 'command-refused');
    return refused?.kind === 'command-refused' ? refused.reason : undefined;
  }

  #answer(question: ControlQuestion): ControlReply {
    const refused = question === 'status' ? undefined : this.#command({ kind: question }, 'socket');
    this.#hurry();
    return { refused: refused ?? null, status: this.#status() };
  }

  #status(): ControlReply['status'] {
    const view = this.#view();
    return {
      pid: process.pid,
      mode: view.mode,
      control: view.control,
      venue: view.venue,
      session: view.session,
      seq: view.seq,
      feed: view.feed,
      halted: view.halted,
      kill: view.kill,
      openEntryOrders: view.orders.filter((order) => !order.reduceOnly).length,
      orders: view.orders.length,
      positions: view.positions.map(({ symbol, side, quantity, unrealised }) => ({
        symbol,
        side,
        quantity,
        unrealised,
      })),
      equity: view.account.equity,
      currency: view.account.currency,
      dayPnl: view.account.dayPnl,
    };
  }

  #sampleCurve(): void {
    const atUs = this.#sequencer.lastUs;
    if (atUs - this.#lastCurveUs < 1_000_000) return;
    this.#lastCurveUs = atUs;
    this.#curve.push(Number(formatMoney(computeEquity(this.#sequencer.state), 2)));
    if (this.#curve.length > CURVE_POINTS) this.#curve.shift();
  }

  #view(): EngineView {
    return buildView(this.#sequencer.state, {
      venue: 'sim',
      session: this.#journal.name,
      recording: true,
      nowUs: this.#clock.nowUs(),
      connected: true,
      lagMs: this.#meter.lagMs,
      inputsPerSecond: this.#meter.inputsPerSecond,
      droppedLogs: this.#ring.dropped,
      equityCurve: [...this.#curve],
      replay: undefined,
      findDecision: (id) => this.#ring.decision(id)?.trace,
    });
  }
}
