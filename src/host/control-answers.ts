/** What a running engine answers over its control socket: when what was asked for is done, and on the disk. */
import type { OperatorCommand } from '../../engine/domain/index.ts';
import type { ControlQuestion, ControlReply, ControlStatus } from '../control/messages.ts';
import type { CommandOutcome } from './console-link.ts';
import type { HaltFile } from './halt-file.ts';
import type { ModelDesk } from './model-desk.ts';
import type { Recorder } from './recorder.ts';

/** What answers need of the engine's host. */
export interface AnswersTarget {
  readonly models: ModelDesk;
  readonly haltFile: HaltFile;
  readonly recorder: Recorder;
  readonly isEnding: () => boolean;
  readonly status: () => ControlStatus;
  readonly command: (command: OperatorCommand, done: (outcome: CommandOutcome) => void) => void;
  readonly hurry: () => void;
}

export function answerTo(question: ControlQuestion, target: AnswersTarget): Promise<ControlReply> {
  return new Promise((resolve) => {
    const answer = (refused: string | undefined): void =>
      resolve({ refused: refused ?? null, status: target.status() });
    const { recorder, models, haltFile } = target;
    /** When an input is on the disk, or never will be. */
    const whenDurable = (seq: number, act: (why: string | undefined) => void): void =>
      recorder.gate.pass({ seq, release: () => act(undefined), refuse: act });
    if (question === 'status') whenDurable(recorder.boundSeq, () => answer(undefined));
    else if (target.isEnding()) {
      // Whoever kills an engine that is about to stop means the next one too.
      if (question === 'kill') haltFile.write('halted by socket while the engine stopped');
      haltFile.whenWritten(() => answer('the engine is stopping'));
    } else if (question === 'models') {
      void models.follow().then((refused) => {
        if (refused !== undefined) answer(refused);
        else whenDurable(recorder.lastSeq, answer);
        target.hurry();
      });
    } else {
      target.command({ kind: question }, ({ refused }) => answer(refused));
      target.hurry();
    }
  });
}
