/** Commands that the screen names can be typed as they stand. */
import { expect, it } from 'vitest';
import { defaultDataDir } from '../../../src/data-dir.ts';
import { dataDirWords, replayCommand } from '../../../src/replay-command.ts';

it('names session, fork and input, and the data directory where it is another one', () => {
  const usual = defaultDataDir(process.env);
  expect(replayCommand('run-7', usual)(45_100)).toBe('chimera replay run-7 --at 45100');
  expect(replayCommand('run-7', usual, ['--run', 'f'])(1)).toBe('chimera replay run-7 --run f --at 1');
  expect(replayCommand('run-7', '/tmp/d')(1)).toBe('chimera replay run-7 --at 1 --data-dir /tmp/d');
  expect(replayCommand('run-7', "/tmp/it's a $(d)")(1)).toBe(
    "chimera replay run-7 --at 1 --data-dir '/tmp/it'\\''s a $(d)'",
  );
});

it('names the data directory behind any other command', () => {
  expect(dataDirWords(defaultDataDir(process.env))).toBe('');
  expect(dataDirWords('/tmp/my data')).toBe(" --data-dir '/tmp/my data'");
});
