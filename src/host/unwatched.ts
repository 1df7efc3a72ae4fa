/** What an engine did while no console looked on: counted, and told to the next one in a line. */
import { type EngineEvent, parseMoney } from '../../engine/domain/index.ts';
import { count, duration, signed } from '../../state/text/numbers.ts';

interface Tally {
  readonly sinceMs: number;
  readonly reason: string;
  readonly controls: string[];
  kills: number;
  fills: number;
  exits: number;
  closed: number;
  /** After fees, in the account's currency. */
  net: number;
  unanswered: number;
}

export class Unwatched {
  #tally: Tally | undefined;

  /** From now on nobody looks; a second reason does not replace the first. */
  begin(reason: string, nowMs: number): void {
    this.#tally ??= {
      sinceMs: nowMs,
      reason,
      controls: [],
      kills: 0,
      fills: 0,
      exits: 0,
      closed: 0,
      net: 0,
      unanswered: 0,
    };
  }

  note(event: EngineEvent): void {
    const tally = this.#tally;
    if (tally === undefined) return;
    if (event.kind === 'control') tally.controls.push(event.to.toUpperCase());
    else if (event.kind === 'kill' && event.stage === 'blocking') tally.kills++;
    else if (event.kind === 'fill') tally.fills++;
    else if (event.kind === 'protective') tally.exits++;
    else if (event.kind === 'proposal-closed' && event.outcome === 'expired') tally.unanswered++;
    else if (event.kind === 'position-closed') {
      tally.closed++;
      tally.net += amount(event.realised) - amount(event.fees);
    }
  }

  /** Somebody looks again. @returns what there is to tell, or undefined when nobody was missed. */
  end(nowMs: number): string | undefined {
    const tally = this.#tally;
    this.#tally = undefined;
    if (tally === undefined) return undefined;
    const happened = [
      tally.controls.length === 0 ? '' : `control ${tally.controls.join(' → ')}`,
      tally.kills === 0 ? '' : 'KILLED',
      some(tally.exits, 'exit'),
      some(tally.fills, 'fill'),
      tally.closed === 0 ? '' : `${some(tally.closed, 'position')} closed (${signed(tally.net, 2)})`,
      tally.unanswered === 0 ? '' : `${some(tally.unanswered, 'proposal')} expired`,
    ].filter((each) => each !== '');
    const what = happened.length === 0 ? 'nothing happened' : happened.join(', ');
    return `nobody watched for ${duration(nowMs - tally.sinceMs)} (${tally.reason}): ${what}`;
  }
}

/** Shown only: the ledger has the exact sums. */
const amount = (text: string): number => (parseMoney(text) === undefined ? 0 : Number(text));

const some = (n: number, what: string): string => (n === 0 ? '' : `${count(n)} ${what}${n === 1 ? '' : 's'}`);
