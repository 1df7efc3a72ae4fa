/** `chimera status | kill | resume`: a running engine, through its control socket. */
import { createInterface } from 'node:readline/promises';
import { askEngine } from '../control/client.ts';
import type { ControlStatus } from '../control/messages.ts';
import { dataDirAt, isHaltFilePresent, removeHaltFile, writeHaltFile } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { ownerOf } from '../owner.ts';
import { printJson, printLine, printSummary, tell } from './output.ts';

export interface ControlArguments {
  readonly dataDir: string;
  readonly json: boolean;
}

/** What must be typed to clear a halt. */
const RESUME_PHRASE = 'resume trading';

function show(status: ControlStatus, json: boolean, title: string): void {
  if (json) {
    printJson({ running: true, ...status });
    return;
  }
  const { positions, blockers, ...rest } = status;
  printSummary(title, {
    ...rest,
    ...(blockers === undefined ? {} : { entriesBlockedBy: blockers.join(', ') || 'nothing' }),
  });
  for (const p of positions) {
    printLine(`  ${p.side > 0 ? 'long' : 'short'} ${p.quantity} ${p.symbol}  unrealised ${p.unrealised}`);
  }
}

export async function runStatus(args: ControlArguments): Promise<ExitCode> {
  const dir = dataDirAt(args.dataDir);
  const reply = await askEngine(dir, 'status');
  if (reply !== undefined) {
    show(reply.status, args.json, `engine on ${dir.root}`);
    return EXIT.done;
  }
  const owner = ownerOf(dir);
  if (owner !== undefined)
    throw new CommandError(EXIT.fault, `an engine holds ${dir.root} (${owner}) but does not answer on its socket`);
  const halted = isHaltFilePresent(dir);
  if (args.json) printJson({ running: false, haltFile: halted });
  else printLine(`no engine runs on ${dir.root}${halted ? '; a HALT is in force for the next one' : ''}`);
  return EXIT.done;
}

/** Kills: through the socket when an engine answers there, else by the HALT file, which engines look for by themselves. */
export async function runKill(args: ControlArguments & { readonly flatten: boolean }): Promise<ExitCode> {
  // Not opened: whatever is wrong with the directory, a kill is not refused for it.
  const dir = dataDirAt(args.dataDir);
  if (args.flatten) return flatten(args);
  let silence: string | undefined;
  const reply = await askEngine(dir, 'kill').catch((cause: Error) => {
    silence = cause.message;
    return undefined;
  });
  if (reply !== undefined) {
    if (reply.refused !== null) tell(`already: ${reply.refused}`);
    tellUnrecorded(reply.status);
    show(reply.status, args.json, killTitle(reply.status));
    return EXIT.done;
  }
  writeHaltFile(dir, 'halted by chimera kill, which no engine answered');
  const owner = ownerOf(dir);
  if (owner !== undefined || silence !== undefined) {
    throw new CommandError(
      EXIT.fault,
      `${silence ?? `the engine on ${dir.root} (${owner}) has no socket`}; HALT is written, which it obeys as soon as it looks: check it with chimera status`,
    );
  }
  if (args.json) printJson({ running: false, haltFile: true });
  else printLine(`no engine runs on ${dir.root}; the next one starts halted`);
  return EXIT.done;
}

/** The second step: closes all positions of an engine that has been killed. */
async function flatten(args: ControlArguments): Promise<ExitCode> {
  const dir = dataDirAt(args.dataDir);
  const reply = await askEngine(dir, 'flatten');
  if (reply === undefined)
    throw new CommandError(EXIT.refused, `no engine answers on ${dir.root}: there is nothing to flatten`);
  if (reply.refused !== null) tell(`not flattened: ${reply.refused}`);
  tellUnrecorded(reply.status);
  show(reply.status, args.json, killTitle(reply.status));
  return reply.refused === null ? EXIT.done : EXIT.refused;
}

/** An engine without a journal obeys, and nobody will be able to read that it did. */
function tellUnrecorded({ unrecorded }: ControlStatus): void {
  if (unrecorded !== undefined) tell(`the engine is halted and can record nothing any more: ${unrecorded}`);
}

const killTitle = ({ kill, openEntryOrders }: ControlStatus): string =>
  `kill: ${kill}, ${openEntryOrders} entry orders open`;

/** Clears a halt after the phrase was typed; says first what is still open. */
export async function runResume(args: ControlArguments & { readonly confirm: string | undefined }): Promise<ExitCode> {
  const dir = dataDirAt(args.dataDir);
  const before = await askEngine(dir, 'status');
  if (before !== undefined && !args.json) show(before.status, false, 'before resuming, this is open');
  const typed = args.confirm ?? (await askPhrase());
  if (typed !== RESUME_PHRASE) {
    throw new CommandError(EXIT.refused, `nothing resumed: type exactly "${RESUME_PHRASE}", or give it by --confirm`);
  }
  if (before === undefined) {
    const owner = ownerOf(dir);
    if (owner !== undefined)
      throw new CommandError(EXIT.fault, `the engine on ${dir.root} (${owner}) does not answer: nothing is resumed`);
    if (!isHaltFilePresent(dir))
      throw new CommandError(EXIT.refused, `no engine runs on ${dir.root} and no HALT is in force`);
    removeHaltFile(dir);
    if (args.json) printJson({ running: false, haltFile: false });
    else printLine('HALT removed: the next engine starts free');
    return EXIT.done;
  }
  const reply = await askEngine(dir, 'resume');
  if (reply === undefined) throw new CommandError(EXIT.fault, `the engine on ${dir.root} is gone`);
  if (reply.refused !== null) throw new CommandError(EXIT.refused, `not resumed: ${reply.refused}`);
  show(reply.status, args.json, 'resumed');
  return EXIT.done;
}

async function askPhrase(): Promise<string> {
  if (process.stdin.isTTY !== true) return '';
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await lines.question(`type "${RESUME_PHRASE}" to clear the halt: `);
  lines.close();
  return typed.trim();
}
