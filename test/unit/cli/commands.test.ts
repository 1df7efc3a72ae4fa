/** The command line itself, in this process: what it refuses with a line of its own, and what it prints without a command. */
import { afterEach, expect, test, vi } from 'vitest';
import { BUILD } from '../../../src/build-info.ts';
import { commandLine } from '../../../src/cli/commands.ts';
import { CommandError, EXIT } from '../../../src/exit-codes.ts';
import { temporaryDirectory } from '../logs/helpers.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Parses and carries out `words` on an empty data directory. */
async function parse(words: readonly string[]): Promise<void> {
  await commandLine([...words, '--data-dir', temporaryDirectory()], () => {}).parseAsync();
}

async function refusalOf(words: readonly string[]): Promise<CommandError> {
  const cause = await parse(words).catch((error: unknown) => error);
  if (cause instanceof CommandError) return cause;
  throw new Error(`not refused as it should be: ${String(cause)}`);
}

test.each([
  [['frobnicate'], /frobnicate/],
  [['--symbols', 'BTC'], /"BTC" is no symbol such as BTC\/USDT/],
  [['--symbols', 'BTC/USDT,BTC/USDT'], /names one twice/],
  [['--control', 'yolo'], /control/],
  [['--rate', '0'], /--rate must be a whole number/],
  [['--seed', '1.5'], /--seed must be a whole number/],
  [['--cash', '-5'], /--cash -5: not an amount/],
  [['--bar', '5ms'], /--bar 5ms: bars shorter than 100ms/],
  [['--warmup', 'soon'], /--warmup soon: not a duration such as/],
  [['--warmup', '0m'], /--warmup 0m: not a duration such as/],
  [['--warmup', '61m'], /--warmup 61m: from 0s to 1h/],
  [['--warmup', '1s', '--warmup', '2s'], /--warmup is given more than once/],
  [['--data-dir', '/x', '--headless'], /--data-dir is given more than once/],
  [['kill', '--data-dir', '/x'], /--data-dir is given more than once/],
  [['--session', '../evil', '--headless'], /--session "..\/evil": a name has/],
  [['--notify', 'loud'], /--notify loud: none, or some of bell, osc9, osc777/],
  [['--notify', 'none,bell'], /--notify none,bell: none, or some of/],
  [['attach', '--notify', 'bell,'], /--notify bell,: none, or some of/],
  [['kill', '--version'], /^kill has no option "--version"; see chimera kill --help$/],
  [['replya', 'x'], /^there is no command "replya": did you mean replay\? See chimera --help$/],
  [['--contrl', 'auto'], /^chimera has no option "--contrl": did you mean --control\? See chimera --help$/],
  [['replay', 'x', '--att=5'], /^replay has no option "--att": did you mean --at\? See chimera replay --help$/],
  [['--control', 'manul'], /^--control "manul" is none of observe, manual, veto, auto: did you mean manual\? See/],
  [['replay', '--headless'], /^replay needs SESSION \(its name: see chimera sessions\); see chimera replay --help$/],
  [['policy', 'set'], /^policy set needs FIGURES \(NAME=VALUE, .*\); see chimera policy set --help$/],
  [['explain', 'x'], /^explain needs --decision \(its number: .*\); see chimera explain --help$/],
  [['replay', 'x', '--at', '--headless'], /^--at needs a value \(stand there .*\); see chimera replay --help$/],
  [['--seed', '--headless'], /^--seed needs a value \(seed of market and fills/],
  [['replay', 'a', 'b'], /^"b" is one word too many for replay; see chimera replay --help$/],
  [['policy', 'sho'], /^chimera policy takes show, history, set, rollback, or a version/],
  [['replay', '../evil'], /is no session name/],
  [['import', '/x.csv'], /out/],
])('%j is a fault of usage', async (words, message) => {
  const { exitCode, message: line } = await refusalOf(words);
  expect(line).toMatch(message);
  expect(line).not.toContain('\n');
  expect(exitCode).toBe(EXIT.usage);
});

test.each([
  [['verify', 'missing'], /there is no session missing/],
  [['import', '/nowhere/at/all.csv', '--out', 'x'], /all\.csv: no such file/],
])('%j is bad input', async (words, message) => {
  const { exitCode, message: line } = await refusalOf(words);
  expect(line).toMatch(message);
  expect(exitCode).toBe(EXIT.badInput);
});

test.each([
  [['--version'], `${BUILD}\n`],
  [['--version', '--json'], `${JSON.stringify({ build: BUILD })}\n`],
])('%j names the build and does nothing', async (words, expected) => {
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const finish = vi.fn();
  await commandLine(words, finish).parseAsync();
  expect(printed.mock.calls).toEqual([[expected]]);
  expect(BUILD).toMatch(/^chimera \d+\.\d+\.\d+\+\w+$/);
  expect(finish).toHaveBeenCalledExactlyOnceWith(EXIT.done);
});
