/** What `chimera exchange` refuses, in one line and before anything is opened. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../../../src/cli/commands.ts';
import { CommandError } from '../../../../src/exit-codes.ts';
import { temporaryFolder } from '../../../fixtures/temporary.ts';

async function refusalOf(words: readonly string[]): Promise<CommandError> {
  try {
    await commandLine(['exchange', ...words], () => {}).parseAsync();
  } catch (cause) {
    if (cause instanceof CommandError) return cause;
    throw cause;
  }
  throw new Error('it was not refused');
}

describe('chimera exchange', () => {
  it.each([
    [2, 'is no fault', ['--fault', 'nonsense']],
    [2, 'given twice', ['--fault', 'drop,count=1,count=2']],
    [2, 'is no symbol', ['--symbols', 'btc-usdt']],
    [2, 'names one twice', ['--symbols', 'BTC/USDT,BTC/USDT']],
    [2, 'not listed on spot', ['--market', 'spot', '--symbols', 'BTC/USDT:USDT']],
    [2, 'not an amount', ['--balance', 'USDT:5']],
    [2, 'from 0s to 24h', ['--history', '25h']],
    [2, 'from 0.01 to 1000', ['--speed', '0']],
    [2, 'whole number', ['--port', '70000']],
    [2, 'leave them away', ['--session', 'x', '--symbols', 'BTC/USDT']],
    [2, 'more than once', ['--seed', '1', '--seed', '2']],
    [3, 'there is no session', ['--session', 'nothing']],
    [3, 'not JSON', ['--state', 'torn.json']],
    [3, 'no state of an exchange', ['--state', 'wrong.json']],
    [3, 'saved by an older build', ['--state', 'old.json']],
    [3, 'can be read by others', ['--keys', 'open.json']],
    [3, 'no keys of an exchange', ['--keys', 'wrong.json']],
  ] as const)('exit %i, %s: %j', async (code, text, words) => {
    const folder = temporaryFolder('exchange');
    writeFileSync(join(folder, 'torn.json'), '{"format":1,"seed":', { mode: 0o600 });
    writeFileSync(join(folder, 'wrong.json'), '{"format":9}', { mode: 0o600 });
    writeFileSync(join(folder, 'old.json'), '{"format":1,"seed":1,"savedAtMs":5}', { mode: 0o600 });
    writeFileSync(join(folder, 'open.json'), '{}', { mode: 0o644 });
    const inFolder = words.map((word) => (word.endsWith('.json') ? join(folder, word) : word));
    const refusal = await refusalOf([...inFolder, '--data-dir', folder]);
    expect([refusal.exitCode, refusal.message]).toEqual([code, expect.stringContaining(text)]);
    expect(refusal.message).not.toContain('\n');
  });
});
