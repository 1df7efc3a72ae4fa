/** `chimera status | kill | resume`: a running engine, through its control socket. */
import { createInterface } from 'node:readline/promises';
import { askEngine } from '../control/client.ts';
import type { ControlStatus } from '../control/messages.ts';
import { isHaltFilePresent, openDataDir, removeHaltFile, writeHaltFile } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson, printSummary, tell } from './output.ts';

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
  const { positions, ...rest } = status;
  printSummary(title, rest);
  for (const p of positions) {
    process.stdout.write(`  ${p.side > 0 ? 'long' : 'short'} ${p.quantity} ${p.symbol}  unrealised ${p.unrealised}\n`);
  }
}

export async function runStatus(args: ControlArguments): Promise<ExitCode> {
  const dir = openDataDir(args.dataDir);
  const reply = await askEngine(dir, 'status');
  const halted = isHaltFilePresent(dir);
  if (reply !== undefined) show(reply.status, args.json, `engine on ${dir.root}`);
  else if (args.json) printJson({ running: false, haltFile: halted });
  else process.stdout.write(`no engine runs on ${dir.root}${halted ? '; a HALT is in force for the next one' : ''}\n`);
  return EXIT.done;
}

/** Kills: through the socket when an engine runs, and by the HALT file in any case. */
export async function runKill(args: ControlArguments & { readonly flatten: boolean }): Promise<ExitCode> {
  const dir = openDataDir(args.dataDir);
  const reply = await askEngine(dir, args.flatten ? 'flatten' : 'kill');
  if (reply === undefined) {
    if (args.flatten)
      throw new CommandError(EXIT.refused, `no engine runs on ${dir.root}: there is nothing to flatten`);
    writeHaltFile(dir, 'halted by chimera kill while no engine ran');
    if (args.json) printJson({ running: false, haltFile: true });
    else process.stdout.write(`no engine runs on ${dir.root}; the next one starts halted\n`);
    return EXIT.done;
  }
  if (reply.refused !== null) tell(args.flatten ? `not flattened: ${reply.refused}` : `already: ${reply.refused}`);
  show(reply.status, args.json, `kill: ${reply.status.kill}, ${reply.status.openEntryOrders} entry orders open`);
  return args.flatten && reply.refused !== null ? EXIT.refused : EXIT.done;
}

/** Clears a halt after the phrase was typed; says first what is still open. */
export async function runResume(args: ControlArguments & { readonly confirm: string | undefined }): Promise<ExitCode> {
  const dir = openDataDir(args.dataDir);
  const before = await askEngine(dir, 'status');
  if (before !== undefined && !args.json) show(before.status, false, 'before resuming, this is open');
  const typed = args.confirm ?? (await askPhrase());
  if (typed !== RESUME_PHRASE) {
    throw new CommandError(EXIT.refused, `nothing resumed: type exactly "${RESUME_PHRASE}", or give it by --confirm`);
  }
  if (before === undefined) {
    if (!isHaltFilePresent(dir))
      throw new CommandError(EXIT.refused, `no engine runs on ${dir.root} and no HALT is in force`);
    removeHaltFile(dir);
    if (args.json) printJson({ running: false, haltFile: false });
    else process.stdout.write('HALT removed: the next engine starts free\n');
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
