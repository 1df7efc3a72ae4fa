/** `chimera doctor`: what is wrong with this machine, the line to a venue, the key or the account, and what to do about it. */
import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import type { Policy } from '../../engine/domain/index.ts';
import type { Finding } from '../brokers/binance/examine.ts';
import type { LiveVenue } from '../brokers/open-trading.ts';
import { systemClock } from '../clock.ts';
import { type DataDir, dataDirAt, haltFileText, isHaltFilePresent } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { splitSymbol } from '../importers/symbols.ts';
import { ownerOf } from '../owner.ts';
import { sourcesFindings } from './doctor-sources.ts';
import { printJson, printWrapped } from './output.ts';

export interface DoctorArguments {
  readonly dataDir: string;
  readonly json: boolean;
  /** Only this machine is looked at without one. */
  readonly venue: LiveVenue | undefined;
  readonly url: string | undefined;
  readonly keys: string | undefined;
  /** Unified names, such as `BTC/USDT:USDT`. */
  readonly symbols: readonly string[];
}

const LEAST_NODE = 22;
const LEAST_COLUMNS = 80;
const LEAST_ROWS = 24;
/** An engine at work writes some hundred megabytes a day. */
const LEAST_FREE_BYTES = 2 * 1024 ** 3;
const MARKS = { fine: 'ok  ', warn: 'warn', bad: 'BAD ' } as const;

/** Ends with 5 when the venue, the key or the account is no good, and with 1 when only this machine is not. */
export async function runDoctor(args: DoctorArguments): Promise<ExitCode> {
  const dir = dataDirAt(args.dataDir);
  const sources = await sourcesFindings(dir, process.env);
  const local = [nodeVersion(), ...terminal(), ...dataDirectory(dir), ...sources];
  const remote = args.venue === undefined ? [] : await examineVenue(args, args.venue, dir);
  const findings = [...local, ...remote];
  if (args.json) printJson({ healthy: !findings.some(isBad), findings });
  else for (const finding of findings) print(finding);
  return remote.some(isBad) ? EXIT.venue : local.some(isBad) ? EXIT.fault : EXIT.done;
}

const isBad = ({ verdict }: Finding): boolean => verdict === 'bad';

function print({ verdict, check, text, remedy }: Finding): void {
  printWrapped(`${MARKS[verdict]}  ${check}: ${text}`, 6);
  if (remedy !== undefined) printWrapped(`      → ${remedy}`, 8);
}

function nodeVersion(): Finding {
  const { node } = process.versions;
  const text = `Node ${node}`;
  if (Number.parseInt(node, 10) >= LEAST_NODE) return { check: 'node', verdict: 'fine', text };
  return { check: 'node', verdict: 'bad', text, remedy: `${LEAST_NODE} or later is needed: npm ci brings one along` };
}

function terminal(): readonly Finding[] {
  const { stdout } = process;
  if (!stdout.isTTY)
    return [{ check: 'terminal', verdict: 'fine', text: 'the output goes to no terminal: only --headless runs there' }];
  const size = `${stdout.columns}×${stdout.rows}`;
  const term = process.env.TERM ?? '';
  if (term === '' || term === 'dumb')
    return [
      { check: 'terminal', verdict: 'bad', text: 'TERM names no terminal', remedy: 'set TERM, such as xterm-256color' },
    ];
  if (stdout.columns < LEAST_COLUMNS || stdout.rows < LEAST_ROWS)
    return [
      {
        check: 'terminal',
        verdict: 'warn',
        text: `${term}, ${size}`,
        remedy: `make it ${LEAST_COLUMNS}×${LEAST_ROWS} or larger`,
      },
    ];
  return [{ check: 'terminal', verdict: 'fine', text: `${term}, ${size}` }];
}

/** Looks without making anything. */
function dataDirectory(dir: DataDir): readonly Finding[] {
  const check = 'data directory';
  const stat = statSync(dir.root, { throwIfNoEntry: false });
  if (stat === undefined) return [{ check, verdict: 'fine', text: `${dir.root} is made at the first start` }];
  if (!stat.isDirectory())
    return [{ check, verdict: 'bad', text: `${dir.root} is no folder`, remedy: 'give --data-dir another place' }];
  try {
    accessSync(dir.root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [
      {
        check,
        verdict: 'bad',
        text: `${dir.root} cannot be written`,
        remedy: `chown or chmod it, or give --data-dir another place`,
      },
    ];
  }
  const findings: Finding[] = [];
  if ((stat.mode & 0o022) !== 0)
    findings.push({ check, verdict: 'bad', text: `others can write to ${dir.root}`, remedy: `chmod 700 ${dir.root}` });
  const { bavail, bsize } = statfsSync(dir.root);
  const freeGb = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GB free`;
  if (bavail * bsize < LEAST_FREE_BYTES)
    findings.push({
      check: 'disk',
      verdict: 'warn',
      text: freeGb,
      remedy: 'make room: a full disk ends the journal, and halts',
    });
  else findings.push({ check: 'disk', verdict: 'fine', text: freeGb });
  if (isHaltFilePresent(dir))
    findings.push({
      check: 'halt',
      verdict: 'warn',
      text: `a halt is in force: ${haltFileText(dir)}`,
      remedy: 'chimera resume',
    });
  const owner = ownerOf(dir);
  findings.push({
    check,
    verdict: 'fine',
    text: owner === undefined ? dir.root : `${dir.root}, an engine runs on it (${owner})`,
  });
  return findings;
}

async function examineVenue(args: DoctorArguments, venue: LiveVenue, dir: DataDir): Promise<readonly Finding[]> {
  const { examine } = await import('../brokers/binance/examine.ts');
  const { readCredentials } = await import('../brokers/credentials.ts');
  const { nodeWire } = await import('../brokers/binance/wire-node.ts');
  const { venueSymbolOf } = await import('../venues/binance/instruments.ts');
  const { BINANCE_MARKETS } = await import('../venues/binance/market.ts');
  const symbols = args.symbols.map((symbol) => venueSymbolOf(BINANCE_MARKETS[venue], symbol));
  const findings: Finding[] = [];
  const isGiven = args.keys !== undefined || process.env.CHIMERA_API_KEY !== undefined;
  let credentials: ReturnType<typeof readCredentials> | undefined;
  try {
    credentials = isGiven ? readCredentials(process.env, args.keys) : undefined;
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    findings.push({ check: 'key', verdict: 'bad', text: cause.message });
  }
  const wire = nodeWire();
  const clock = systemClock();
  const schedule = { nowUs: () => clock.nowUs(), after: () => () => {} };
  const currency = splitSymbol(args.symbols[0] ?? '')?.quote ?? 'USDT';
  const { risk, live } = await policyInForce(dir);
  try {
    const { url } = args;
    const limits = { orderLimitPpm: risk.orderLimitPpm, clockOffsetLimitUs: live.clockOffsetLimitUs };
    findings.push(...(await examine({ venue, url, credentials, symbols, ...limits, currency, schedule, wire })));
  } finally {
    wire.close();
  }
  return findings;
}

/** Of the policy in force, or the shipped one where there is none. */
async function policyInForce(dir: DataDir): Promise<Policy> {
  const { PolicyStore } = await import('../stores/policy-store.ts');
  return new PolicyStore(dir).inForce().policy;
}
