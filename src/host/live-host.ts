/** Runs an engine on the synthetic venue in real time: sequencer, journal, kill channels, views. */
import type { EngineEvent, OperatorCommand } from '../../engine/domain/index.ts';
import { type CommandSource, formatMoney, readMoney } from '../../engine/domain/index.ts';
import { ACCOUNT, computeEquity, isHalted, SyntheticMarket } from '../../engine/index.ts';
import { openLog, SessionWriter, type StructuredLog } from '../../logs/index.ts';
import type { ToEngine } from '../../state/protocol.ts';
import type { EngineView } from '../../state/view.ts';
import { BUILD } from '../build-info.ts';
import { sessionNameAt, systemClock } from '../clock.ts';
import type { ControlReply, ControlRequest } from '../control/messages.ts';
import { type ControlServer, serveControl } from '../control/server.ts';
import { type DataDir, isHaltFilePresent, openDataDir, removeHaltFile, writeHaltFile } from '../data-dir.ts';
import { type Ownership, takeOwnership } from '../owner.ts';
import { runConfig } from './config.ts';
import { EventRing } from './event-ring.ts';
import type { LiveJob } from './job.ts';
import { LoadMeter } from './load-meter.ts';
import { type Carrier, Publisher } from './publisher.ts';
import { Sequencer } from './sequencer.ts';
import { buildView, countsOf } from './view-builder.ts';

const TICK_MS = 10;
const FLUSH_MS = 50;
const HALT_FILE_POLL_MS = 100;
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

export class LiveHost {
  readonly #job: LiveJob;
  readonly #carrier: Carrier;
  readonly #clock = systemClock();
  readonly #dir: DataDir;
  readonly #owner: Ownership;
  readonly #log: StructuredLog;
  readonly #market: SyntheticMarket;
  readonly #journal: SessionWriter;
  readonly #sequencer: Sequencer;
  readonly #ring: EventRing;
  readonly #publisher: Publisher;
  readonly #meter = new LoadMeter();
  readonly #control: ControlServer;
  readonly #curve: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #warm = false;
  #lastFlushMs = 0;
  #lastHaltPollMs = 0;
  #lastCurveUs = 0;
  #haltFileSeen = false;
  readonly #startUs: number;

  constructor(job: LiveJob, carrier: Carrier) {
    this.#job = job;
    this.#carrier = carrier;
    this.#dir = openDataDir(job.dataDir);
    const nowUs = this.#clock.nowUs();
    this.#startUs = nowUs;
    this.#owner = takeOwnership(this.#dir, new Date(nowUs / 1000).toISOString());
    this.#log = openLog({ path: this.#dir.logFile });
    this.#market = new SyntheticMarket({
      seed: job.seed,
      startUs: Math.trunc(nowUs) - job.warmupMs * 1000,
      symbols: job.symbols,
      ratePerSecond: job.ratePerSecond,
    });
    const name = job.session ?? sessionNameAt(nowUs);
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
    this.#publisher = new Publisher(
      carrier,
      () => this.#view(),
      () => this.#ring.lastId,
    );
    this.#control = serveControl(
      this.#dir.socket,
      (request) => this.#answer(request),
      (text) => this.#carrier({ type: 'notice', level: 'error', text }),
    );
  }

  /** Starts pumping; `ready` follows when the warm start is done. */
  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  handle(message: ToEngine): void {
    switch (message.type) {
      case 'credit':
        this.#publisher.credit();
        return;
      case 'command':
        this.#carrier({ type: 'command-done', id: message.id, refused: this.#command(message.command, 'console') });
        this.#publisher.hurry();
        this.#publisher.poll(this.#nowMs());
        return;
      case 'log':
        this.#carrier({
          type: 'log',
          entries: this.#ring.entries(message.from, message.limit),
          dropped: this.#ring.dropped,
        });
        return;
      case 'explain':
        this.#carrier({
          type: 'explain',
          decisionId: message.decisionId,
          explain: this.#ring.explain(message.decisionId),
        });
        return;
      case 'replay':
        this.#carrier({
          type: 'notice',
          level: 'warn',
          text: 'this is a running market: stepping needs a recorded session',
        });
        return;
      case 'stop':
        this.stop('the operator left');
        return;
    }
  }

  /** Ends the run: journal sealed, lock released. Safe to call twice. */
  stop(reason: string): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#control.close();
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
    this.#carrier({ type: 'stopped', reason, fault: false, summary });
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

  #nowMs(): number {
    return this.#clock.nowUs() / 1000;
  }

  #tick(): void {
    const nowUs = this.#clock.nowUs();
    this.#meter.tick(nowUs, this.#sequencer.inputs);
    this.#pollHaltFile(nowUs / 1000);
    const caughtUp = this.#pump(nowUs);
    if (caughtUp && !this.#warm) {
      this.#warm = true;
      if (this.#job.control !== WARMUP_CONTROL)
        this.#command({ kind: 'set-control', mode: this.#job.control }, 'console');
      this.#carrier({ type: 'ready' });
    }
    if (nowUs / 1000 - this.#lastFlushMs >= FLUSH_MS) {
      this.#lastFlushMs = nowUs / 1000;
      this.#sequencer.flush();
    }
    this.#sampleCurve();
    this.#publisher.poll(nowUs / 1000);
    if (this.#job.forMs > 0 && nowUs - this.#startUs >= this.#job.forMs * 1000) this.stop('the time asked for is over');
    else if (!caughtUp) setImmediate(() => this.#timer !== undefined && this.#tick());
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

  #onEvent(event: EngineEvent): void {
    this.#ring.push(event);
    if (LOGGED.has(event.kind)) this.#log.log.info({ event }, event.kind);
    if (event.kind === 'kill' && event.stage === 'blocking') {
      writeHaltFile(this.#dir, `halted by ${event.source} at ${new Date(event.atUs / 1000).toISOString()}`);
      this.#haltFileSeen = true;
    }
    if (event.kind === 'resume') {
      removeHaltFile(this.#dir);
      this.#haltFileSeen = false;
    }
  }

  /** A HALT file that appears is a kill, also one left by an earlier run. */
  #pollHaltFile(nowMs: number): void {
    if (nowMs - this.#lastHaltPollMs < HALT_FILE_POLL_MS) return;
    this.#lastHaltPollMs = nowMs;
    const present = isHaltFilePresent(this.#dir);
    if (present && !this.#haltFileSeen) {
      this.#haltFileSeen = true;
      this.#command({ kind: 'kill' }, 'file');
    }
    this.#haltFileSeen = present;
  }

  /** Journals and steps an operator command. @returns why it did nothing, or undefined. */
  #command(command: OperatorCommand, source: CommandSource): string | undefined {
    this.#sequencer.encoder.command(command, source);
    const events = this.#sequencer.accept(this.#clock.nowUs());
    const refused = events.find((event) => event.kind === 'command-refused');
    return refused?.kind === 'command-refused' ? refused.reason : undefined;
  }

  #answer(request: ControlRequest['request']): ControlReply {
    const refused = request === 'status' ? undefined : this.#command({ kind: request }, 'socket');
    this.#publisher.hurry();
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
    });
  }
}
