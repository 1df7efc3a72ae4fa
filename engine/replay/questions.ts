/** What a run has asked its operator, and by what a question is the same one in another run over the same market. */
import { proposalSide } from '../approval/proposals.ts';
import type { EngineState } from '../core/state.ts';
import {
  type AnswerCommand,
  type EngineEvent,
  type OperatorCommand,
  type Side,
  TERMS,
  type Term,
} from '../domain/index.ts';
import { NEXT_ID, PROPOSAL_CAPACITY, type ProposalTable, SUGGESTION_CAPACITY } from '../domain/tables/index.ts';

/** Proposals and suggestions are counted apart. */
export type QuestionKind = 'proposal' | 'suggestion';

export const isAnswer = (command: OperatorCommand): command is AnswerCommand =>
  'proposalId' in command || 'suggestionId' in command;

export const questionKind = (answer: AnswerCommand): QuestionKind =>
  'proposalId' in answer ? 'proposal' : 'suggestion';

/** Number of the question that is answered. */
export const questionOf = (answer: AnswerCommand): number =>
  'proposalId' in answer ? answer.proposalId : answer.suggestionId;

interface Asked {
  readonly identity: string;
  /** Input of the recording on which it was asked. */
  readonly place: number;
}

/**
 * The questions of one run from a moment on, by number and by identity. A proposal is the same one when the same
 * strategies make it for the same side of the same instrument on the same input of the recording, which closes their bar;
 * a suggestion when it would do the same to the same producer on the same input.
 */
export class Questions {
  readonly #asked: Readonly<Record<QuestionKind, Map<number, Asked>>> = { proposal: new Map(), suggestion: new Map() };
  readonly #numbers = new Map<string, number>();

  /** Takes the events of the recording's input `place`; taking them again changes nothing. */
  note(events: readonly EngineEvent[], place: number): void {
    let reasons = '';
    const seen = new Map<string, number>();
    const keep = (kind: QuestionKind, id: number, what: string): void => {
      const nth = seen.get(what) ?? 0;
      seen.set(what, nth + 1);
      const identity = `${kind} ${place} ${what} ${nth}`;
      this.#asked[kind].set(id, { identity, place });
      this.#numbers.set(identity, id);
    };
    for (const event of events) {
      if (event.kind === 'decision') {
        const { side, strategies } = event.trace;
        reasons = strategies.flatMap(({ strategy, direction }) => (direction === side ? [strategy] : [])).join('+');
      } else if (event.kind === 'proposal-opened') {
        const { proposalId, instrument, side } = event.proposal;
        keep('proposal', proposalId, `${instrument} ${side} ${reasons}`);
      } else if (event.kind === 'suggestion') {
        const { suggestionId, producer, action, regime } = event.suggestion;
        keep('suggestion', suggestionId, `${producer} ${action} ${regime ?? ''}`);
      }
    }
  }

  /** Of what was asked before the recording's input `place`, however far the run has been folded since. */
  identity(kind: QuestionKind, id: number, place: number): string | undefined {
    const asked = this.#asked[kind].get(id);
    return asked === undefined || asked.place >= place ? undefined : asked.identity;
  }

  number(identity: string): number | undefined {
    return this.#numbers.get(identity);
  }

  /** Forgets what was asked on the recording's input `place` and later ones. */
  forgetFrom(place: number): void {
    for (const asked of Object.values(this.#asked)) {
      for (const [id, each] of asked) {
        if (each.place < place) continue;
        asked.delete(id);
        this.#numbers.delete(each.identity);
      }
    }
  }
}

/** The numbers that the next questions of a run get: those below are asked already. */
export function nextNumber(state: EngineState, kind: QuestionKind): number {
  return state.control.nextId[kind === 'proposal' ? NEXT_ID.proposal : NEXT_ID.suggestion]!;
}

export type Terms = Readonly<Partial<Record<Term, number>>>;

/** Instrument and side of a proposal, while the tables remember it; of a suggestion undefined. */
export interface Subject {
  readonly instrument: number;
  readonly side: Side;
}

export function subjectOf({ proposals }: EngineState, kind: QuestionKind, id: number): Subject | undefined {
  const slot = kind === 'proposal' ? slotOf(proposals, id) : -1;
  return slot < 0 ? undefined : { instrument: proposals.instrument[slot]!, side: proposalSide(proposals, slot) };
}

function slotOf({ id, state }: ProposalTable, proposalId: number): number {
  for (let slot = 0; slot < PROPOSAL_CAPACITY; slot++) if (state[slot] !== 0 && id[slot] === proposalId) return slot;
  return -1;
}

/** In lots, ticks, and shares of weight; empty where the tables have forgotten the question, or it leaves the weight as it is. */
export function termsOf({ proposals, governor }: EngineState, kind: QuestionKind, id: number): Terms {
  if (kind === 'proposal') {
    const slot = slotOf(proposals, id);
    if (slot < 0) return {};
    const [size, limit] = [proposals.lots[slot]!, proposals.limitTicks[slot]!];
    return { size, limit, stop: proposals.stopTicks[slot]!, target: proposals.targetTicks[slot]! };
  }
  for (let slot = 0; slot < SUGGESTION_CAPACITY; slot++) {
    if (governor.state[slot] === 0 || governor.id[slot] !== id) continue;
    return governor.regime[slot]! > 0 ? {} : { weight: governor.weightThen[slot]! };
  }
  return {};
}

/** The terms that are not what they were; one that is not known any more is none of them. */
export const differing = (then: Terms, now: Terms): Term[] =>
  TERMS.filter((term) => then[term] !== undefined && now[term] !== undefined && then[term] !== now[term]);
