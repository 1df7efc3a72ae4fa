/** The consoles that look at one live engine: the one of this process, and those attached over the control socket. */
import type { EngineEvent } from '../../engine/domain/index.ts';
import type { Log } from '../../logs/index.ts';
import type { FromEngine, ToEngine } from '../../state/protocol.ts';
import type { AttachedLine } from '../control/server.ts';
import { ConsoleLink, type LinkTarget } from './console-link.ts';
import type { Carrier } from './publisher.ts';
import { Unwatched } from './unwatched.ts';

/** The own console takes ten views a second while it lives: one that takes none for this long is as good as gone. */
const SILENT_MS = 10_000;

export interface ConsolesTarget extends LinkTarget {
  /** Nobody is left who could say no: policy clears no trade any more. */
  tighten(): void;
}

export class Consoles {
  readonly own: ConsoleLink;
  readonly #target: ConsolesTarget;
  readonly #log: Log;
  readonly #attached = new Set<ConsoleLink>();
  readonly #unwatched = new Unwatched();
  /** unseen: it has said nothing yet, as in a headless run · gone: it has said that it is lost. */
  #ownState: 'unseen' | 'watching' | 'silent' | 'gone' = 'unseen';
  #nowMs = 0;
  #ownHeardMs = 0;
  #ready = false;

  constructor(target: ConsolesTarget, carrier: Carrier, log: Log) {
    this.#target = target;
    this.#log = log;
    this.own = new ConsoleLink(target, carrier);
  }

  /** Whether an attached console looks on. */
  get watched(): boolean {
    return this.#attached.size > 0;
  }

  /** What the own console says, but `stop`. */
  handleOwn(message: Exclude<ToEngine, { type: 'stop' }>): void {
    if (message.type === 'lost') {
      this.#ownState = 'gone';
      this.#lost(message.reason);
      return;
    }
    this.#ownHeardMs = this.#nowMs;
    if (this.#ownState === 'silent') this.#tellUnwatched(this.own);
    if (this.#ownState === 'unseen') this.#unwatched.end(this.#nowMs);
    if (this.#ownState !== 'gone') this.#ownState = 'watching';
    this.own.handle(message);
  }

  /** Counts what nobody sees. */
  note(event: EngineEvent): void {
    this.#unwatched.note(event);
  }

  /** A console over the control socket: the same talk as the own one's, until it goes away. */
  attach(line: AttachedLine): void {
    const target: LinkTarget = { ...this.#target, view: () => ({ ...this.#target.view(), attached: true }) };
    const link = new ConsoleLink(target, (message) => line.send(message));
    this.#attached.add(link);
    this.#log.info({ attached: this.#attached.size }, 'a console attached');
    line.onMessage((message) => {
      if (message !== undefined && message.type !== 'stop' && message.type !== 'lost') link.handle(message);
      else this.#detach(link, message);
    });
    if (this.#ready) link.send({ type: 'ready' });
    this.#tellUnwatched(link);
  }

  /** It leaves, says that it is lost, or (`undefined`) is just not there any more. */
  #detach(link: ConsoleLink, message: Extract<ToEngine, { type: 'stop' | 'lost' }> | undefined): void {
    if (!this.#attached.delete(link)) return;
    this.#log.info({ attached: this.#attached.size }, 'a console detached');
    if (message?.type !== 'stop') this.#lost(message?.reason ?? 'an attached console broke off');
    else if (!this.#anybodyWatches()) this.#unwatched.begin('the attached console was left', this.#nowMs);
  }

  #anybodyWatches(): boolean {
    return this.#ownState === 'watching' || this.#attached.size > 0;
  }

  #lost(reason: string): void {
    this.#log.warn({ reason }, 'a console is lost');
    if (this.#anybodyWatches()) return;
    this.#unwatched.begin(reason, this.#nowMs);
    this.#target.tighten();
  }

  #tellUnwatched(link: ConsoleLink): void {
    const text = this.#unwatched.end(this.#nowMs);
    if (text !== undefined) link.send({ type: 'notice', level: 'error', text });
  }

  /** The warm start is over. */
  ready(): void {
    this.#ready = true;
    if (this.#ownState === 'unseen') this.#unwatched.begin('it runs without a console', this.#nowMs);
    this.broadcast({ type: 'ready' });
  }

  broadcast(message: FromEngine): void {
    for (const link of this.#all()) link.send(message);
  }

  /** See {@link ConsoleLink.poll}. */
  poll(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#ownState === 'watching' && nowMs - this.#ownHeardMs > SILENT_MS) {
      this.#ownState = 'silent';
      this.#lost('the console did not answer');
    }
    for (const link of this.#all()) link.poll(nowMs);
  }

  /** Something has changed that every console shows at once. */
  hurry(nowMs: number): void {
    for (const link of this.#all()) {
      link.hurry();
      link.poll(nowMs);
    }
  }

  #all(): ConsoleLink[] {
    return [this.own, ...this.#attached];
  }
}
