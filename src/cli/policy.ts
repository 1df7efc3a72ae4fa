/** `chimera policy show | set | history | rollback`: the figures under which the engine trades. */
import { DEFAULT_POLICY, type Policy } from '../../engine/domain/index.ts';
import { cleanText } from '../../logs/index.ts';
import { author } from '../author.ts';
import { type DataDir, dataDirAt, openDataDir } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { ownerOf } from '../owner.ts';
import {
  boundsText,
  FIGURES,
  type Figure,
  type FigureValue,
  figureNamed,
  figureRefusal,
  readFigure,
  withFigure,
} from '../stores/policy-figures.ts';
import { type PolicyChange, PolicyStore, type PolicyVersion } from '../stores/policy-store.ts';
import { missingNames } from '../stores/tome-files.ts';
import { outputColumns, printJson, printWrapped, tell } from './output.ts';

export interface PolicyArguments {
  readonly dataDir: string;
  readonly json: boolean;
}

/** A line of its own; what does not fit on a terminal is under its words, which begin at `indent`. */
const line = (text: string, indent = 4): void => printWrapped(text, indent);

/** The policy in force, or an older version of it. */
export function runPolicyShow(args: PolicyArguments & { readonly version: number | undefined }): ExitCode {
  const versions = storeAt(dataDirAt(args.dataDir).root).versions();
  const shown = args.version === undefined ? versions.at(-1) : versions[args.version - 1];
  if (shown === undefined)
    throw new CommandError(EXIT.usage, `there is no version ${args.version}: see chimera policy history`);
  const inForce = shown.version === versions.length;
  if (args.json) {
    const figures = Object.fromEntries(FIGURES.map((figure) => [figure.name, readFigure(shown.policy, figure)]));
    printJson({ version: shown.version, inForce, ...origin(shown), figures });
    return EXIT.done;
  }
  line(`policy version ${shown.version}${inForce ? '' : ', not in force'}: ${originText(shown)}`);
  const width = Math.max(...FIGURES.map(({ name }) => name.length));
  for (const figure of FIGURES) printFigure(figure, shown.policy, width);
  return EXIT.done;
}

const VALUE_WIDTH = 8;
/** Columns of a figure's line that are neither its name nor what it means. */
const MEANING_BEHIND_NAME = VALUE_WIDTH + 5;

/** Name, value and meaning under those of the others; on a terminal what a value too long for its column means is in the next row. */
function printFigure(figure: Figure, policy: Policy, width: number): void {
  const value = readFigure(policy, figure);
  const shipped = readFigure(DEFAULT_POLICY, figure);
  const note = value === shipped ? '' : `, shipped as ${shipped}`;
  const meaning = `${figure.meaning} (${boundsText(figure)}${note})`;
  const named = `  ${figure.name.padEnd(width)} ${String(value).padStart(VALUE_WIDTH)}`;
  const indent = width + MEANING_BEHIND_NAME;
  const isLong = named.length > indent - 2 && Number.isFinite(outputColumns());
  line(isLong ? named : `${named}  ${meaning}`, indent);
  if (isLong) line(`${' '.repeat(indent)}${meaning}`, indent);
}

/** Sets figures, all of them or none. */
export function runPolicySet(args: PolicyArguments & { readonly figures: readonly string[] }): ExitCode {
  const wanted = assignments(args.figures);
  const dir = openDataDir(args.dataDir);
  const change = (policy: Policy): Policy => {
    const changed = [...wanted].reduce((before, [figure, value]) => withFigure(before, figure, value), policy);
    refuseUnknownStrategies(dir, changed, policy);
    return changed;
  };
  return reportChange(storeAt(dir.root).set(change, author()), args);
}

/** Nothing would start under a policy that counts what is not there. */
function refuseUnknownStrategies(dir: DataDir, policy: Policy, before: Policy): void {
  if (policy.decision.strategies === before.decision.strategies) return;
  const missing = missingNames(dir, policy);
  if (missing.length === 0) return;
  const text = `policy is unchanged: there is no strategy ${missing.join(', ')}: see chimera strategies`;
  throw new CommandError(EXIT.refused, text);
}

export function runPolicyRollback(args: PolicyArguments & { readonly version: number | undefined }): ExitCode {
  const dir = openDataDir(args.dataDir);
  const check = (policy: Policy, before: Policy): void => refuseUnknownStrategies(dir, policy, before);
  return reportChange(storeAt(dir.root).rollback(args.version, author(), check), args);
}

export function runPolicyHistory(args: PolicyArguments): ExitCode {
  const versions = storeAt(args.dataDir).versions();
  if (args.json) {
    printJson({
      versions: versions.map((each) => ({ version: each.version, ...origin(each), changes: each.changes })),
    });
    return EXIT.done;
  }
  for (const each of versions) {
    line(`version ${each.version}: ${originText(each)}`);
    for (const change of each.changes) line(`  ${changeText(change)}`);
  }
  return EXIT.done;
}

const storeAt = (dataDir: string): PolicyStore => new PolicyStore(dataDirAt(dataDir), { notice: tell });

/** `name=value` texts as figures, each of them within its bounds. */
function assignments(texts: readonly string[]): Map<Figure, FigureValue> {
  const wanted = new Map<Figure, FigureValue>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at <= 0) throw new CommandError(EXIT.usage, `${quoted(text)} is no setting such as risk.maxDrawdownPct=15`);
    const name = text.slice(0, at);
    const figure = figureNamed(name);
    if (figure === undefined)
      throw new CommandError(EXIT.usage, `there is no figure ${quoted(name)}: see chimera policy show`);
    if (wanted.has(figure)) throw new CommandError(EXIT.usage, `${name} is set twice`);
    const value = readValue(text.slice(at + 1), figure);
    const refusal = figureRefusal(figure, value);
    if (refusal !== undefined) throw new CommandError(EXIT.refused, `policy is unchanged: ${refusal}`);
    wanted.set(figure, value);
  }
  return wanted;
}

/** What does not read as a value is not repeated: it may be a secret that was pasted in the wrong place. */
function readValue(text: string, { name, range, words }: Figure): FigureValue {
  if (words !== undefined) {
    if (/^[a-z0-9,-]{1,256}$/.test(text)) return text;
    throw new CommandError(
      EXIT.usage,
      `${name} takes ${words === 'names' ? 'names with commas between' : words.join(', ')}`,
    );
  }
  if (range === undefined) {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new CommandError(EXIT.usage, `${name} takes true or false`);
  }
  if (/^-?\d{1,9}(?:\.\d{1,9})?$/.test(text)) return Number(text);
  throw new CommandError(EXIT.usage, `${name} takes a plain number such as ${range.most}`);
}

const quoted = (text: string): string => JSON.stringify(cleanText(text.slice(0, 60)));

function reportChange(added: PolicyVersion, args: PolicyArguments): ExitCode {
  const owner = ownerOf(dataDirAt(args.dataDir));
  if (args.json) {
    printJson({ version: added.version, ...origin(added), changes: added.changes, engineRuns: owner !== undefined });
  } else {
    line(`policy version ${added.version} is in force for engines that start from now on`);
    for (const change of added.changes) line(`  ${changeText(change)}`);
  }
  if (owner !== undefined)
    tell(`the engine that runs (${owner}) keeps the policy it started with until it is restarted`);
  return EXIT.done;
}

const changeText = ({ figure, from, to }: PolicyChange): string => `${figure} ${from} → ${to}`;

/** Who made a version; nobody here made the one that shipped. */
function origin({ version, at, who, how }: PolicyVersion): Record<string, string> {
  return version === 1 ? { how } : { at, who, how };
}

function originText({ version, at, who, how }: PolicyVersion): string {
  return version === 1 ? 'as shipped' : `${how} by ${who} at ${at.slice(0, 19).replace('T', ' ')} UTC`;
}
