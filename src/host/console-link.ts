/** One console's line to a live engine: the one in this process, or one attached over the control socket. */
import type { ModelKind, OperatorCommand } from '../../engine/domain/index.ts';
import type { FromEngine, ToEngine } from '../../state/protocol.ts';
import type { EngineView } from '../../state/view.ts';
import type { EventRing } from './event-ring.ts';
import { Publisher } from './publisher.ts';

/** What a line needs of the engine's host. */
export interface LinkTarget {
  readonly ring: EventRing;
  view(): EngineView;
  /** Calls back when what the view shows is on the disk, or when there is none to wait for. */
  whenDurable(show: () => void): void;
  /** Journals and steps a command; `done` hears of it when it is on the disk. */
  command(command: OperatorCommand, done: (outcome: CommandOutcome) => void): void;
  /** Lets the last stable model of a kind serve again, and tells of it. */
  rollBack(kind: ModelKind): void;
}

/** What became of a command. */
export interface CommandOutcome {
  /** Why it did nothing, or undefined. */
  readonly refused: string | undefined;
  /** It was done, and this is why the journal does not have it. */
  readonly unrecorded?: string;
}

export class ConsoleLink {
  readonly #target: LinkTarget;
  readonly #publisher: Publisher;
  readonly send: (message: FromEngine) => void;

  constructor(target: LinkTarget, send: (message: FromEngine) => void) {
    this.#target = target;
    this.send = send;
    this.#publisher = new Publisher(
      (message) => target.whenDurable(() => send(message)),
      () => target.view(),
      () => target.ring.lastId,
    );
  }

  /** See {@link Publisher.poll}. */
  poll(nowMs: number): void {
    this.#publisher.poll(nowMs);
  }

  hurry(): void {
    this.#publisher.hurry();
  }

  /** Everything a console may say to a running market, but that it ends, which is its owner's to hear. */
  handle(message: Exclude<ToEngine, { type: 'stop' | 'lost' }>): void {
    const { ring } = this.#target;
    switch (message.type) {
      case 'credit':
        this.#publisher.credit();
        return;
      case 'command':
        this.#target.command(message.command, (outcome) =>
          this.send({ type: 'command-done', id: message.id, ...outcome }),
        );
        return;
      case 'log':
        this.send({ type: 'log', entries: ring.entries(message.from, message.limit), dropped: ring.dropped });
        return;
      case 'explain':
        this.send({ type: 'explain', decisionId: message.decisionId, explain: ring.explain(message.decisionId) });
        return;
      case 'roll-back':
        this.#target.rollBack(message.model);
        return;
      case 'replay':
        this.send({ type: 'notice', level: 'warn', text: 'this market is running: stepping needs a recorded session' });
        return;
    }
  }
}
