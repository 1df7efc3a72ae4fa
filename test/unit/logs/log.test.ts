/** The structured log: one JSON line each, no secret in any of them, and a full disk that stops nothing. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { JournalError, openLog, redact, redactText } from '../../../logs/index.ts';
import { temporaryDirectory, thrown } from './helpers.ts';

const CANARY = 'c4n4ry-5ecret-value';

function logged(write: (log: ReturnType<typeof openLog>['log']) => void): { text: string; lines: unknown[] } {
  const path = join(temporaryDirectory(), 'logs', 'chimera.log');
  const opened = openLog({ path });
  write(opened.log);
  const text = readFileSync(path, 'utf8');
  opened.close();
  return {
    text,
    lines: text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  };
}

test('lines are JSON, are there at once, and never on stdout', () => {
  const stdout = vi.spyOn(process.stdout, 'write');
  const { lines } = logged((log) => log.info({ orderId: 7, traceId: 'run-1-7' }, 'order sent'));
  expect(stdout).not.toHaveBeenCalled();
  stdout.mockRestore();
  expect(lines).toEqual([
    { level: 'info', time: expect.any(String), orderId: 7, traceId: 'run-1-7', msg: 'order sent' },
  ]);
});

test('the file is 0600 in a folder of 0700, also when it was there with other rights', () => {
  const mask = process.umask(0);
  try {
    const directory = join(temporaryDirectory(), 'logs');
    const path = join(directory, 'chimera.log');
    openLog({ path }).close();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    writeFileSync(path, 'before\n');
    const opened = openLog({ path });
    opened.log.warn('after');
    opened.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^before\n\{.*after"\}\n$/);
  } finally {
    process.umask(mask);
  }
});

test('a log that cannot be opened is refused', () => {
  expect(thrown(() => openLog({ path: temporaryDirectory() }))).toBeInstanceOf(JournalError);
});

test('a log that fills up or was closed loses lines, counts them, and never throws', () => {
  const full = openLog({ path: '/dev/full' });
  for (let i = 0; i < 3; i++) full.log.error('x');
  expect(full.lostLines()).toBe(3);
  full.close();
  full.log.error('y');
  expect(full.lostLines()).toBe(4);
});

test.each(['apiKey', 'secret', 'password', 'token', 'signature', 'authorization'])(
  'what stands under %s is cut out at every depth',
  (key) => {
    const { text } = logged((log) => {
      log.info({ [key]: CANARY }, 'flat');
      log.info({ a: { b: [{ c: { [key.toUpperCase()]: CANARY } }] } }, 'deep');
      log.info({ headers: new Map([[`X-${key}`, CANARY]]), set: new Set([{ [key]: { nested: CANARY } }]) });
      log
        .child({ venue: { [key]: CANARY } })
        .child({ [key]: CANARY })
        .info('child');
      log.info('text %o', { [key]: CANARY });
      log.error(Object.assign(new Error('refused'), { config: { [key]: CANARY } }));
      log.error({ err: new Error('outer', { cause: Object.assign(new Error('inner'), { [key]: CANARY }) }) });
      log.warn(`GET /order?symbol=BTCUSDT&${key}=${CANARY}&x=1`);
      log.warn({ url: new URL(`https://venue.example/order?${key}=${CANARY}`) }, `{"${key}": "${CANARY}"}`);
      log.error(new Error(`401 for ${key}: Bearer ${CANARY}`));
    });
    expect(text).not.toContain(CANARY);
    expect(text.split('[redacted]').length).toBeGreaterThan(10);
    expect(text).toContain('symbol=BTCUSDT');
  },
);

test('names that only hold such a word are cut out, others are kept', () => {
  expect(
    redact({
      'X-MBX-APIKEY': 1,
      client_secret: 1,
      accessToken: 1,
      'Proxy-Authorization': 1,
      passphrase: 1,
      private_key: 1,
      symbol: 'BTC/USDT',
      key: 'a',
    }),
  ).toEqual({
    'X-MBX-APIKEY': '[redacted]',
    client_secret: '[redacted]',
    accessToken: '[redacted]',
    'Proxy-Authorization': '[redacted]',
    passphrase: '[redacted]',
    private_key: '[redacted]',
    symbol: 'BTC/USDT',
    key: 'a',
  });
});

test('an error keeps its message, name and stack, and its message is the text of the line', () => {
  const { lines } = logged((log) => {
    log.error(new RangeError('too far'));
    log.error(new RangeError('too far'), 'while seeking');
  });
  const err = { name: 'RangeError', message: 'too far', stack: expect.stringContaining('RangeError') };
  expect(lines).toMatchObject([
    { err, msg: 'too far' },
    { err, msg: 'while seeking' },
  ]);
});

test('cycles, depth, bytes, big numbers and control characters are carried safely', () => {
  const cycle: Record<string, unknown> = { name: 'a' };
  cycle.self = cycle;
  let deep: unknown = 'bottom';
  for (let i = 0; i < 100; i++) deep = { deep };
  const shared = { x: 1 };
  const { text, lines } = logged((log) => {
    log.info({ cycle, deep, bytes: new Uint8Array(9), big: 2n ** 70n, twice: [shared, shared], f: () => 1 });
    log.info('a\u001b[2Jb\u202ec');
  });
  expect(lines[0]).toMatchObject({
    cycle: { name: 'a', self: '[circular]' },
    bytes: '[9 bytes]',
    big: '1180591620717411303424',
    twice: [{ x: 1 }, { x: 1 }],
    f: '[function]',
  });
  expect(text).toContain('[too deep]');
  expect(lines[1]).toMatchObject({ msg: 'a\ufffd[2Jb\ufffdc' });
});

test('a text with several secrets loses each and nothing else', () => {
  expect(redactText('symbol=BTC&timestamp=1&signature=abc&side=BUY&apiKey=def')).toBe(
    'symbol=BTC&timestamp=1&signature=[redacted]&side=BUY&apiKey=[redacted]',
  );
  expect(redactText('Authorization: Basic dXNlcjpwYXNz, Accept: */*')).toBe('Authorization: [redacted], Accept: */*');
  expect(redactText('order 7 was filled')).toBe('order 7 was filled');
});
