/** Stores on disk: what is refused and left alone, what is set right, what older formats become, and every failing call. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { EXIT } from '../../../src/exit-codes.ts';
import { takeLock } from '../../../src/file-lock.ts';
import { JsonStore, type StoreFormat, type StoreOptions } from '../../../src/stores/json-store.ts';
import { type FileOperation, failingFiles, thrown } from '../logs/helpers.ts';

const schema = z.strictObject({
  formatVersion: z.literal(3),
  names: z.array(z.strictObject({ name: z.string(), age: z.number() })),
});
type Names = z.infer<typeof schema>;

/** Format 1 had one name, 2 several, 3 has ages. */
const FORMAT: StoreFormat<Names> = {
  what: 'list of names',
  version: 3,
  schema,
  migrations: {
    1: ({ name }) => ({ names: [name] }),
    2: ({ names }) => ({ names: (names as string[]).map((name) => ({ name: name.toUpperCase(), age: 0 })) }),
  },
  initial: () => ({ formatVersion: 3, names: [] }),
};

let root: string;
let path: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chimera-store-'));
  path = join(root, 'names.json');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const store = (options: StoreOptions = {}) => new JsonStore(path, FORMAT, options);
const add =
  (name: string) =>
  (document: Names): Names => ({ ...document, names: [...document.names, { name, age: 1 }] });
const mode = (file: string): number => statSync(file).mode & 0o777;

test('where there is no file there is the first document, and nothing is written by reading', () => {
  expect(store().read()).toEqual({ formatVersion: 3, names: [] });
  expect(readdirSync(root)).toEqual([]);
});

test('a change is on the disk, 0600 whatever the mask, with nothing left beside it but the lock', () => {
  const mask = process.umask(0);
  try {
    expect(store().update(add('a')).names).toEqual([{ name: 'a', age: 1 }]);
    store().update(add('b'));
  } finally {
    process.umask(mask);
  }
  expect(
    store()
      .read()
      .names.map(({ name }) => name),
  ).toEqual(['a', 'b']);
  expect(mode(path)).toBe(0o600);
  expect(readdirSync(root).sort()).toEqual(['names.json', 'names.json.lock']);
});

test.each([0o644, 0o640, 0o622, 0o700])('a file of mode %o is set back to 600, and that is told', (wrong) => {
  store().update(add('a'));
  chmodSync(path, wrong);
  const notices: string[] = [];
  store({ notice: (text) => notices.push(text) }).read();
  expect(mode(path)).toBe(0o600);
  expect(notices).toEqual([`${path} had mode ${wrong.toString(8)} and is set back to 600`]);
});

test('a file that is tighter than 0600 is left as it is', () => {
  store().update(add('a'));
  chmodSync(path, 0o400);
  store({ notice: () => expect.fail('nothing was to be told') }).read();
  expect(mode(path)).toBe(0o400);
});

const good = { formatVersion: 3, names: [{ name: 'a', age: 1 }] };
test.each([
  ['half of it', JSON.stringify(good).slice(0, 20), /it is not JSON/],
  ['nothing', '', /it is not JSON/],
  ['zeros', '\0'.repeat(200), /it is not JSON/],
  ['a list', '[]', /it is no JSON object/],
  ['null', 'null', /it is no JSON object/],
  ['no version', '{"names":[]}', /names no format version/],
  ['a version that is a text', '{"formatVersion":"3","names":[]}', /names no format version/],
  ['a newer version', '{"formatVersion":4,"names":[]}', /its format 4 is newer than this build's 3/],
  ['a version far ahead', '{"formatVersion":1e300,"names":[]}', /names no format version/],
  ['an older one that is damaged', '{"formatVersion":2,"names":7}', /it is no list of names of format 2/],
  ['an unknown key', JSON.stringify({ ...good, more: 1 }), /more/],
  ['an unknown key inside', '{"formatVersion":3,"names":[{"name":"a","age":1,"b":2}]}', /names\.0/],
  ['a prototype', '{"formatVersion":3,"names":[],"__proto__":{"polluted":true}}', /__proto__/],
  ['a prototype inside', '{"formatVersion":3,"names":[{"name":"a","age":1,"__proto__":{"polluted":1}}]}', /names\.0/],
  ['a wrong type', '{"formatVersion":3,"names":[{"name":"a","age":"1"}]}', /names\.0\.age/],
])('%s is refused in one line and left as it is', (_name, text, reason) => {
  writeFileSync(path, text, { mode: 0o600 });
  for (const run of [() => store().read(), () => store().update(add('b'))]) {
    const error = thrown(run);
    expect(error).toMatchObject({
      name: 'CommandError',
      exitCode: EXIT.badInput,
      message: expect.stringMatching(reason),
    });
    expect((error as Error).message).toMatch(/^names\.json is refused and left as it is: [^\n]+$/);
  }
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('text that would act on a terminal does not get into the line', () => {
  writeFileSync(path, '{"formatVersion":3,"names":[],"\\u001b]0;x\\u0007\\n":1}');
  expect((thrown(() => store().read()) as Error).message).not.toMatch(/\p{Cc}/u);
});

test('what is no regular file of a sensible size is refused', () => {
  mkdirSync(path);
  expect(() => store().update(add('a'))).toThrow(/no regular file/);
  rmSync(path, { recursive: true });
  const elsewhere = join(root, 'elsewhere');
  writeFileSync(elsewhere, JSON.stringify(good));
  symlinkSync(elsewhere, path);
  expect(() => store().update(add('a'))).toThrow(/no regular file/);
  expect(readFileSync(elsewhere, 'utf8')).toBe(JSON.stringify(good));
  rmSync(path);
  writeFileSync(path, Buffer.alloc(16 * 1024 * 1024 + 1));
  expect(() => store().read()).toThrow(/too many for a list of names/);
});

test('a document does not grow beyond what can be read again, whoever writes it', async () => {
  store().update(add('a'));
  const before = readFileSync(path, 'utf8');
  const tooMuch = add('x'.repeat(16 * 1024 * 1024));
  expect(thrown(() => store().update(tooMuch))).toMatchObject({ exitCode: EXIT.refused });
  const pooled = store().updatePooled(async (document) => tooMuch(document));
  await expect(pooled).rejects.toMatchObject({ exitCode: EXIT.refused });
  await expect(store().replace(tooMuch)).rejects.toMatchObject({ exitCode: EXIT.refused });
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('older formats become the newest step by step, and are written as such by the next change', () => {
  writeFileSync(path, '{"formatVersion":1,"name":"ada"}', { mode: 0o600 });
  expect(store().read()).toEqual({ formatVersion: 3, names: [{ name: 'ADA', age: 0 }] });
  expect(readFileSync(path, 'utf8')).toBe('{"formatVersion":1,"name":"ada"}');
  store().update(add('b'));
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    formatVersion: 3,
    names: [
      { name: 'ADA', age: 0 },
      { name: 'b', age: 1 },
    ],
  });
});

test('a prototype in an older document is a key like any other', () => {
  writeFileSync(path, '{"formatVersion":2,"__proto__":{"names":["x"],"polluted":1},"names":["a"]}', { mode: 0o600 });
  expect(store().read()).toEqual({ formatVersion: 3, names: [{ name: 'A', age: 0 }] });
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('a document of a format without a step is too old', () => {
  writeFileSync(path, '{"formatVersion":1,"name":"ada"}', { mode: 0o600 });
  const stepless = new JsonStore(path, { ...FORMAT, migrations: {} });
  expect(() => stepless.read()).toThrow(/a list of names of format 1 is too old for this build/);
});

test('a writer that holds the lock is named, and nothing is written past it', () => {
  store().update(add('a'));
  const before = readFileSync(path, 'utf8');
  const held = takeLock(`${path}.lock`, '2026-01-02T03:04:05.000Z')!;
  const impatient = store({ lock: (file) => takeLock(file, 'x', 10) });
  expect(thrown(() => impatient.update(add('b')))).toMatchObject({
    exitCode: EXIT.refused,
    message: expect.stringContaining(`is being written (pid ${process.pid}, since 2026-01-02T03:04:05.000Z)`),
  });
  expect(readFileSync(path, 'utf8')).toBe(before);
  held.release();
  impatient.update(add('b'));
});

test('a change that throws leaves file and lock as they were', () => {
  store().update(add('a'));
  const failing = () =>
    store().update(() => {
      throw new Error('changed my mind');
    });
  expect(failing).toThrow('changed my mind');
  expect(store().update(add('b')).names).toHaveLength(2);
});

const OPERATIONS: readonly FileOperation[] = ['create', 'write', 'dataSync', 'close', 'rename', 'syncDirectory'];
test.each(OPERATIONS.flatMap((operation) => ['ENOSPC', 'EIO'].map((code) => [operation, code] as const)))(
  'when %s fails with %s, old or new is there, and the command ends in one line',
  (operation, code) => {
    store().update(add('a'));
    const error = thrown(() => store({ files: failingFiles(operation, 1, code) }).update(add('b')));
    expect(error).toMatchObject({ name: 'CommandError', exitCode: EXIT.fault, message: expect.stringContaining(code) });
    expect(store().read().names).toHaveLength(operation === 'syncDirectory' ? 2 : 1);
    expect(existsSync(join(root, '.names.json.tmp'))).toBe(false);
    store().update(add('c'));
  },
);

test('a process that dies at any call leaves old or new, and its leavings stop nobody', () => {
  store().update(add('a'));
  for (let at = 1; ; at++) {
    const before = store().read().names.length;
    const files = failingFiles('close', 99, '');
    let calls = 0;
    const dying = new Proxy(files, {
      get(target, key) {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (++calls >= at) throw new Error('killed');
          return (value as (...a: unknown[]) => unknown)(...args);
        };
      },
    });
    try {
      store({ files: dying }).update(add('b'));
      expect(calls).toBeLessThan(at);
      expect(at).toBeGreaterThan(6);
      return;
    } catch {
      expect([before, before + 1]).toContain(store().read().names.length);
    }
  }
});

test('a pooled change waits for the lock without standing still, and is refused like any other', async () => {
  store().update(add('first'));
  const lock = takeLock(`${path}.lock`, 'now')!;
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const changed = store().updatePooled(async (document) => add('second')(document));
  setTimeout(() => lock.release(), 120);
  expect((await changed).names).toHaveLength(2);
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
  expect(store().read().names).toHaveLength(2);
  const refused = store().updatePooled(async () => {
    throw new Error('not now');
  });
  await expect(refused).rejects.toThrow('not now');
  expect(store().update(add('third')).names).toHaveLength(3);
});
