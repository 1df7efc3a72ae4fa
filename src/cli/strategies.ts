/** `chimera strategies list | show | check | blocks`: what decides, and what a strategy of one's own is made of. */
import { basename } from 'node:path';
import {
  BLOCKS,
  blockDefinition,
  countingNames,
  isTomeFigure,
  type Parameter,
  type Policy,
  SHIPPED_TOMES,
  TOME_FIGURES,
  type Tome,
  type TomeBlock,
  valueText,
} from '../../engine/domain/index.ts';
import { cleanText } from '../../logs/index.ts';
import { dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { policyInForce } from '../host/config.ts';
import { type FoundTome, readTome, tomesIn } from '../stores/tome-files.ts';
import { printJson, printWrapped, tell } from './output.ts';

export interface StrategyArguments {
  readonly dataDir: string;
  readonly json: boolean;
}

const NAME_WIDTH = 24;

const policyAt = (dataDir: string): Policy => policyInForce(dataDirAt(dataDir), tell);

const whereFrom = ({ file }: FoundTome): string => (file === undefined ? 'ships' : basename(file));

/** All that are there, in the order in which they are asked. */
export function runStrategyList(args: StrategyArguments): ExitCode {
  const found = tomesIn(dataDirAt(args.dataDir));
  const counting = countingNames(policyAt(args.dataDir).decision);
  if (args.json) {
    printJson({
      strategies: found.map(({ tome, file }) => ({
        name: tome.name,
        title: tome.title,
        counts: counting.includes(tome.name),
        file: file ?? null,
      })),
    });
    return EXIT.done;
  }
  for (const each of found) {
    const { name, title } = each.tome;
    const state = counting.includes(name) ? 'counts' : 'observes';
    printWrapped(`${name.padEnd(NAME_WIDTH)} ${state.padEnd(9)} ${title} (${whereFrom(each)})`, NAME_WIDTH + 11);
  }
  return EXIT.done;
}

/** One in words, with what its figures of policy are now; as JSON it is the file that would make it. */
export function runStrategyShow(args: StrategyArguments & { readonly name: string }): ExitCode {
  const { name: wantedName } = args;
  const shipped = SHIPPED_TOMES.find(({ name }) => name === wantedName);
  // What ships needs no look at other files: one of them may be the one that this is just being written to.
  const found = shipped === undefined ? tomesIn(dataDirAt(args.dataDir)) : [{ tome: shipped, file: undefined }];
  const wanted = found.find(({ tome }) => tome.name === wantedName);
  if (wanted === undefined) {
    const name = JSON.stringify(cleanText(wantedName.slice(0, 60)));
    const names = found.map(({ tome }) => tome.name).join(', ');
    throw new CommandError(EXIT.usage, `there is no strategy ${name}: ${names}`);
  }
  const { tome } = wanted;
  if (args.json) {
    printJson(tome);
    return EXIT.done;
  }
  const policy = policyAt(args.dataDir);
  const counts = countingNames(policy.decision).includes(tome.name);
  printWrapped(`${tome.name}: ${tome.title}`, 2);
  printWrapped(`${counts ? 'counts' : 'observes'}; ${whereFrom(wanted)}`, 2);
  for (const block of tome.when) printWrapped(`  when    ${blockText(block, policy)}`, 10);
  for (const block of tome.unless) printWrapped(`  unless  ${blockText(block, policy)}`, 10);
  return EXIT.done;
}

/** A block as its tome has it, what it leaves out as it is otherwise, and what figures of policy are now. */
function blockText({ block, ...given }: TomeBlock, policy: Policy): string {
  const name = BLOCKS.find((each) => each === block);
  if (name === undefined) return block;
  const { meaning, parameters } = blockDefinition(name);
  const each = Object.entries(parameters).map(([key, { otherwise }]) => {
    const value = given[key] ?? otherwise;
    const isFigure = typeof value === 'string' && isTomeFigure(value);
    return isFigure ? `${key} ${value}, now ${TOME_FIGURES[value](policy.decision)}` : `${key} ${value}`;
  });
  return `${block} (${each.join('; ')}): ${meaning}`;
}

/** Whether a file could be put beside the others. */
export function runStrategyCheck(args: StrategyArguments & { readonly file: string }): ExitCode {
  const tome = readTome(args.file);
  const shipped = SHIPPED_TOMES.some(({ name }) => name === tome.name);
  if (shipped) throw new CommandError(EXIT.badInput, `${tome.name} is the name of a strategy that ships: take another`);
  const counts = countingNames(policyAt(args.dataDir).decision).includes(tome.name);
  if (args.json) printJson({ holds: true, name: tome.name, title: tome.title, counts });
  else printWrapped(checkedText(tome, counts, args.dataDir), 2);
  return EXIT.done;
}

function checkedText({ name, when, unless }: Tome, counts: boolean, dataDir: string): string {
  const size = `${when.length + unless.length} ${when.length + unless.length === 1 ? 'block' : 'blocks'}`;
  const next = counts ? 'it counts' : 'it observes until decision.strategies names it';
  return `${name} holds: ${size}; in ${dataDirAt(dataDir).strategies} ${next}`;
}

export function runBlockList(args: StrategyArguments): ExitCode {
  if (args.json) {
    printJson({ blocks: BLOCKS.map((name) => ({ name, ...blockDefinition(name) })) });
    return EXIT.done;
  }
  for (const name of BLOCKS) {
    const { kind, meaning, parameters } = blockDefinition(name);
    printWrapped(`${name} (${kind}): ${meaning}`, 2);
    for (const [key, parameter] of Object.entries(parameters)) printWrapped(`  ${parameterText(key, parameter)}`, 6);
  }
  printWrapped(`A number may be a figure of policy: ${Object.keys(TOME_FIGURES).join(', ')}.`, 2);
  return EXIT.done;
}

const parameterText = (key: string, parameter: Parameter): string =>
  `${key}: ${parameter.meaning}, ${valueText(parameter)}; ${parameter.otherwise} where it is not given`;
