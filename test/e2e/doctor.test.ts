/** `chimera doctor` at the exchange on this machine: what is wrong is named, with what to do, and nothing shows a secret. */
import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExchange, type TestExchange } from '../fixtures/exchange.ts';
import { temporaryFolder } from '../fixtures/temporary.ts';
import { PINNED_NODE, PROJECT } from './terminal.ts';

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startExchange({ still: true, symbols: ['BTC/USDT:USDT'] });
});
afterAll(() => exchange.stop());

interface Told {
  readonly code: number | null;
  readonly text: string;
}

async function doctor(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  dataDir = path.join(temporaryFolder('doctor'), 'data'),
): Promise<Told> {
  const main = path.join(PROJECT, 'src/main.ts');
  const child = spawn(PINNED_NODE, [main, 'doctor', '--data-dir', dataDir, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, text };
}

const keys = (secret = exchange.keys.secret): Record<string, string> => ({
  CHIMERA_API_KEY: exchange.keys.apiKey,
  CHIMERA_API_SECRET: secret,
});
const HERE = (): readonly string[] => ['--venue', 'binanceusdm', '--url', exchange.url];

describe('chimera doctor', () => {
  it('finds nothing wrong with an account that is set up, and names what should be known', async () => {
    const { apiKey, secret } = exchange.keys;
    const file = path.join(temporaryFolder('keys'), 'keys.json');
    writeFileSync(file, JSON.stringify({ apiKey, secret }));
    chmodSync(file, 0o600);
    const { code, text } = await doctor([...HERE(), '--keys', file]);
    expect(text).not.toContain('BAD');
    expect(text).toMatch(/warn {2}address: the key works from every address/);
    expect(text).toMatch(/ok {4}trading: the key may trade/);
    expect(text).not.toContain(secret);
    expect(code).toBe(0);
    chmodSync(file, 0o644);
    const open = await doctor([...HERE(), '--keys', file]);
    expect(open.text).toMatch(/BAD {3}key: --keys .* others may read it \(mode 644\): chmod 600/);
    expect(open.code).toBe(5);
  });

  it('says when the secret is wrong, the symbol unknown, or nobody listens', async () => {
    const secret = 'CANARYSECRETCANARYSECRET';
    const wrong = await doctor([...HERE(), '--symbols', 'NONE/USDT:USDT'], keys(secret));
    expect(wrong.text).toMatch(/BAD {3}key: .*the secret does not belong to this key/);
    expect(wrong.text).toMatch(/BAD {3}symbols: NONEUSDT is not listed/);
    expect(wrong.text).not.toContain(secret);
    expect(wrong.code).toBe(5);
    const nobody = await doctor(['--venue', 'binance', '--url', 'http://127.0.0.1:1']);
    expect(nobody.text).toMatch(/BAD {3}route: .*nobody listens/);
    expect(nobody.code).toBe(5);
  });

  it('says how far the clock is off', async () => {
    exchange.setFaults('clock,ms=2500');
    const { code, text } = await doctor([...HERE(), '--json'], keys());
    exchange.setFaults();
    expect(text).toMatch(/this machine’s clock is 2\.[45]\d\d s behind the venue’s/);
    expect(JSON.parse(text)).toMatchObject({ healthy: false });
    expect(code).toBe(5);
  });

  it('looks at this machine alone when no venue is named', async () => {
    const { code, text } = await doctor([]);
    expect(text).toMatch(/ok {4}node: Node 2\d/);
    expect(code).toBe(0);
    const folder = temporaryFolder('open');
    chmodSync(folder, 0o777);
    const open = await doctor([], {}, folder);
    expect(open.text).toMatch(/BAD {3}data directory: others can write/);
    expect(open.code).toBe(1);
    expect((await doctor(['--keys', '/nowhere'])).code).toBe(2);
  });
});
