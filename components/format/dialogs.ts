/** Dialogs: leaving, typed codes, prompts. Short boxes in the middle of the screen. */
import type { ControlMode } from '../../engine/domain/index.ts';
import type { CodePurpose, ConsoleState, Overlay, QuitChoice } from '../../state/model.ts';
import { PANEL_TITLES, type PanelId } from '../../state/panels.ts';
import { shownProposals } from '../../state/proposals.ts';
import { quitChoices } from '../../state/selectors.ts';
import {
  CONTROL_MEANING,
  HALT_TEXT,
  KILL_TEXT,
  ORDER_STATE_TEXT,
  positionText,
  sideText,
} from '../../state/text/names.ts';
import { amount, duration, grouped, signedMoney } from '../../state/text/numbers.ts';
import type { EngineView } from '../../state/view.ts';
import { clipLine, fitLine, line, lineWidth, type StyledLine, span, wrapText } from '../text/line.ts';

/** A frame of double lines: it is told from panels without colour. A note at the right of its top is whole, whatever the title is. */
export function boxed(
  title: string,
  lines: readonly StyledLine[],
  width: number,
  height: number,
  note: StyledLine = [],
): readonly StyledLine[] {
  const inner = Math.max(0, width - 4);
  const right = note.length === 0 ? [] : clipLine(line(span(' '), ...note, span(' ═', 'key')), width - 4);
  const top = clipLine(
    line(span('╔═ ', 'key'), span(title, 'strong'), span(` ${'═'.repeat(width)}`, 'key')),
    width - 1 - lineWidth(right),
  );
  const body = lines.slice(0, Math.max(0, height - 2));
  return [
    [...withoutEllipsis(top), ...right, span('╗', 'key')],
    ...body.map((each) => [span('║ ', 'key'), ...fitLine(each, inner), span(' ║', 'key')]),
    line(span(`╚${'═'.repeat(Math.max(0, width - 2))}╝`, 'key')),
  ];
}

/** The first of these titles that is whole beside the note of a box of this width, else the last. */
export function titleBeside(titles: readonly string[], note: StyledLine, width: number): string {
  const taken = note.length === 0 ? 0 : lineWidth(note) + 3;
  const room = width - 1 - taken - lineWidth(line('╔═  ═'));
  return titles.find((each) => lineWidth(line(each)) <= room) ?? titles.at(-1) ?? '';
}

const withoutEllipsis = (styled: StyledLine): StyledLine =>
  styled.map((part) => (part.style === 'key' ? { ...part, text: part.text.replace(/([═ ])…$/, '$1═') } : part));

/** What is held and what works, in words. */
export function openRisk(view: EngineView | undefined): readonly StyledLine[] {
  if (view === undefined) return [];
  const positions = view.positions.map((each) =>
    line(`  ${positionText(each.side)} ${amount(each.quantity)} ${each.symbol}  ${signedMoney(each.unrealised)}`),
  );
  const orders = view.orders.map((each) =>
    line(
      `  order #${each.orderId} ${each.purpose} ${sideText(each.side)} ${amount(each.quantity)} ${each.symbol}: ${ORDER_STATE_TEXT[each.state]}`,
    ),
  );
  const all = [...positions, ...orders];
  return all.length === 0 ? [line(span('  nothing is open', 'good'))] : all;
}

const LONGEST_LIST = 6;

function shortened(lines: readonly StyledLine[], most = LONGEST_LIST): readonly StyledLine[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), line(span(`  … and ${lines.length - most + 1} more`, 'quiet'))];
}

const CHOICE_TEXT: Readonly<Record<QuitChoice, string>> = {
  flatten: 'f  flatten, then leave (kill, close everything; asks for a code)',
  leave: 'l  leave',
  stay: 's  stay',
};

/** The one dialog for `q` and Ctrl-C: within `height` rows, of which the choices are never the ones that fall off. */
export function formatQuit(
  overlay: Extract<Overlay, { kind: 'quit' }>,
  state: ConsoleState,
  height: number,
): readonly StyledLine[] {
  const choices = quitChoices(state);
  const open = choices.includes('flatten');
  const intro = open ? [line(span('Still open:', 'warn')), ...shortened(openRisk(state.view))] : nothingOpen(state);
  const selected = choices.includes(overlay.selected) ? overlay.selected : 'stay';
  return [
    ...shortened([...intro, ...stillWaiting(state)], Math.max(1, height - choices.length - 1)),
    [],
    ...choices.map((choice) =>
      line(
        span(choice === selected ? '▸ ' : '  ', 'key'),
        span(
          choice === 'leave' ? leaveText(state, open) : CHOICE_TEXT[choice],
          choice === selected ? 'strong' : 'plain',
        ),
      ),
    ),
  ];
}

function nothingOpen({ view }: ConsoleState): readonly StyledLine[] {
  if (view?.replay !== undefined) return [line('The recorded session stays as it is.')];
  if (view?.leftLive === undefined) return [line('No position and no order is open.')];
  return [
    line('Nothing is open here. ', span(' REAL POSITIONS ', 'live'), ' stay at the venue:'),
    line('--continue, then L, takes them up, of ', span(view.leftLive, 'strong')),
  ];
}

/** What waits for an answer, and what comes of it without this console; a recording goes nowhere. */
function stillWaiting(state: ConsoleState): readonly StyledLine[] {
  const { view, connection } = state;
  if (view === undefined || view.replay !== undefined || connection.kind === 'stopped') return [];
  if (view.proposals.length === 0) return [];
  const list = shownProposals(state).map(({ proposalId, side, quantity, symbol, remainingMs }) => {
    const what = `${sideText(side)} ${amount(quantity)} ${symbol}  #${proposalId}`;
    return line(`  ${what}  ${duration(Math.max(0, remainingMs))} left`);
  });
  return [line(span(`Waiting for your answer; ${unanswered(view)}:`, 'warn')), ...shortened(list, 3)];
}

/** An engine that ends here sends no order for what nobody has answered; one that goes on does what it would have done. */
function unanswered({ attached, proposals }: EngineView): string {
  if (attached !== true) return 'no order without one';
  const trades = proposals.some(({ atExpiry }) => atExpiry === 'clears');
  return trades ? 'without one POLICY TRADES' : 'without one it EXPIRES';
}

function leaveText({ view }: ConsoleState, open: boolean): string {
  if (open && view?.mode === 'LIVE' && view.attached !== true)
    return 'l  leave: stops hold at the venue, --continue takes them up';
  if (view?.attached === true) return 'l  leave: the engine goes on as it is, without this console';
  return open ? 'l  leave as it is: the paper session ends with these open' : CHOICE_TEXT.leave;
}

export const CODE_TITLES: Readonly<Record<CodePurpose['kind'], string>> = {
  loosen: 'Loosen control',
  resume: 'Resume',
  flatten: 'Flatten',
  'flatten-and-leave': 'Flatten and leave',
  arm: 'Arm real orders',
  'accept-account': 'Leave alone what is not ours',
  'go-live': 'Go live',
};

/** What was asked of the operator alone is not left to policy. */
function withdrawnBy(from: ControlMode, waiting: number): readonly StyledLine[] {
  if (from !== 'manual' || waiting === 0) return [];
  return [line(`${waiting === 1 ? 'The one that waits is' : `The ${waiting} that wait are`} withdrawn, not traded.`)];
}

/** `room`: rows for what is open, which is shortened to fit and never to nothing. */
function codeIntro(purpose: CodePurpose, view: EngineView | undefined, room: number): readonly StyledLine[] {
  const open = shortened(openRisk(view), Math.max(2, Math.min(LONGEST_LIST, room)));
  switch (purpose.kind) {
    case 'loosen':
      return [
        line(span(`${purpose.from.toUpperCase()} → ${purpose.to.toUpperCase()}`, 'warn')),
        line(`${purpose.to.toUpperCase()}: ${CONTROL_MEANING[purpose.to]}.`),
        ...withdrawnBy(purpose.from, view?.proposals.length ?? 0),
      ];
    case 'resume':
      return [
        line('Entries will be allowed again. Halted by: ', span(HALT_TEXT[view?.halted ?? 'none'], 'warn')),
        line(span(`Kill: ${KILL_TEXT[view?.kill ?? 'armed']}. Still open:`, 'quiet')),
        ...open,
      ];
    case 'arm':
      return armIntro(view);
    case 'accept-account':
      return acceptIntro(view);
    case 'go-live':
      return [
        line('The paper session ends; what it holds was never real.'),
        line(`A new ledger begins with what the account at ${view?.venue ?? ''} holds.`),
        line('No real order leaves before the account is compared and armed by a code.'),
      ];
    case 'flatten':
    case 'flatten-and-leave':
      return [line('All of this is closed at the market:'), ...open];
  }
}

/** What stays as it is, and where our books change to what the venue has. */
function acceptIntro(view: EngineView | undefined): readonly StyledLine[] {
  const found = (view?.live?.mismatches ?? []).filter(({ blocks }) => blocks);
  const list = (takesOver: boolean, words: string): readonly StyledLine[] => {
    const lines = found.filter((each) => each.takesOver === takesOver);
    return lines.length === 0
      ? []
      : [line(words), ...shortened(lines.map((each) => line(span(`  ${each.line}`, 'warn'))))];
  };
  return [
    ...list(false, 'These stay as they are at the venue, and entries go on beside them:'),
    ...list(true, 'Here our books change to what the venue has (positions at the last price, no stop):'),
  ];
}

function armIntro(view: EngineView | undefined): readonly StyledLine[] {
  if (view === undefined) return [];
  const { equity, currency } = view.account;
  return [
    line(span(` REAL MONEY at ${view.venue} `, 'live'), `  ${grouped(equity)} ${currency}`),
    line(`Control is ${view.control.toUpperCase()}: ${CONTROL_MEANING[view.control]}.`),
    line('Our books and those of the venue agree.'),
  ];
}

/** Rows of a code dialog besides what it is about, and of what it says above what is open. */
const CODE_ROWS = 6;

/** The dialog that asks for the code on screen, in `height` rows where what is open can be shortened to that. */
export function formatCode(
  overlay: Extract<Overlay, { kind: 'code' }>,
  view: EngineView | undefined,
  height: number,
): readonly StyledLine[] {
  return [
    ...codeIntro(overlay.purpose, view, height - CODE_ROWS),
    [],
    line('Type ', span(overlay.code.split('').join(' '), 'strong'), ' and Enter; Esc does nothing.'),
    line('> ', span(overlay.typed, 'strong'), span('▏', 'key')),
    overlay.wrong ? line(span('That was not the code. Nothing was done; this is a new one.', 'warn')) : [],
  ];
}

export const PROMPT_TITLES = { filter: 'Filter', bookmark: 'Bookmark' } as const;

type Prompt = Extract<Overlay, { kind: 'prompt' }>;

/** What is asked for; a filter is one of the page that it came from, or of the focused panel. */
function promptText(overlay: Prompt, focus: PanelId): string {
  if (overlay.purpose === 'bookmark') return 'A note on this place (it is kept beside the session):';
  const rows = overlay.page === undefined ? PANEL_TITLES[focus] : LIST_NAMES[overlay.page.kind];
  return `${rows}: only rows with this text; without any all are shown.`;
}

const LIST_NAMES = { help: 'Keys', messages: 'Messages' } as const;

/** A prompt for one line of text. */
export function formatPrompt(overlay: Prompt, focus: PanelId, width: number): readonly StyledLine[] {
  return [
    ...wrapText(promptText(overlay, focus), width).map((text) => line(span(text, 'quiet'))),
    line('> ', span(overlay.text, 'strong'), span('▏', 'key')),
  ];
}
