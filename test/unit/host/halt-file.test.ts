/** Whatever stands under the name HALT is a halt, is told in one line, and cannot hold up or stop an engine. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DataDir, dataDirAt, haltFileText, isHaltFilePresent, removeHaltFile } from '../../../src/data-dir.ts';
import { HaltFile } from '../../../src/host/halt-file.ts';

let root: string;
let dir: DataDir;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chimera-halt-'));
  dir = dataDirAt(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Ways a HALT may be found, what is said of it, and whether a resume can take it away. */
const KINDS: ReadonlyArray<readonly [string, (path: string) => void, RegExp, boolean]> = [
  ['a reason', (path) => writeFileSync(path, 'by hand\n'), /^HALT says: by hand$/, true],
  ['nothing', (path) => writeFileSync(path, ''), /^HALT is empty$/, true],
  ['bytes that are no text', (path) => writeFileSync(path, Buffer.alloc(64, 0xff)), /^HALT says: \ufffd+$/, true],
  [
    'an escape sequence',
    (path) => writeFileSync(path, '\x1b[2J\x1b]0;x\x07'),
    /^HALT says: \ufffd\[2J\ufffd\]0;x\ufffd$/,
    true,
  ],
  ['a long text', (path) => writeFileSync(path, 'x'.repeat(1e6)), /^HALT says: x{160}$/, true],
  ['a link to nowhere', (path) => symlinkSync('/nowhere/at/all', path), /symbolic link/, true],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path), /symbolic link/, true],
  ['a link to itself', (path) => symlinkSync('HALT', path), /symbolic link/, true],
  ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path]), /no plain file/, true],
  ['a folder', (path) => mkdirSync(path), /HALT is a folder/, false],
];

describe('a HALT that is', () => {
  test.each(KINDS)('%s is in force and told', (_, make, text, removable) => {
    make(dir.haltFile);
    expect(isHaltFilePresent(dir)).toBe(true);
    expect(haltFileText(dir)).toMatch(text);
    const file = new HaltFile(dir, () => {});
    expect([file.appeared(0), file.appeared(1)]).toEqual([true, false]);
    if (removable) {
      removeHaltFile(dir);
      expect(isHaltFilePresent(dir)).toBe(false);
    } else {
      expect(() => removeHaltFile(dir)).toThrow(/cannot remove .*the halt goes on/);
      expect(isHaltFilePresent(dir)).toBe(true);
    }
  });

  test('where nobody can look is in force; where there is no folder at all there is none', () => {
    // A name that is too long stands for every error but absence: root may look everywhere.
    const blind = { ...dir, haltFile: join(root, 'x'.repeat(300)) };
    expect(isHaltFilePresent(blind)).toBe(true);
    expect(haltFileText(blind)).toMatch(/^HALT cannot be read: /);
    expect(isHaltFilePresent(dataDirAt(join(root, 'none')))).toBe(false);
  });
});

const written = (file: HaltFile): Promise<void> => new Promise((resolve) => file.whenWritten(resolve));

describe('a killed engine', () => {
  test('writes HALT again when somebody removes it, until it is resumed', async () => {
    const file = new HaltFile(dir, () => {});
    file.write('killed');
    await written(file);
    rmSync(dir.haltFile);
    expect(file.appeared(0)).toBe(false);
    await written(file);
    expect(existsSync(dir.haltFile)).toBe(true);
    file.remove();
    expect(file.appeared(5_000)).toBe(false);
    expect(existsSync(dir.haltFile)).toBe(false);
  });

  test('does not wait for a disk that hangs, and has its HALT when it goes on', async () => {
    // Nobody reads from it: whoever opens it to write is held.
    const hanging = join(root, '.HALT.tmp');
    execFileSync('mkfifo', [hanging]);
    const file = new HaltFile(dir, () => {});
    file.write('killed');
    expect([file.appeared(0), file.appeared(2_000), existsSync(dir.haltFile)]).toEqual([false, false, false]);
    const told: string[] = [];
    file.whenWritten(() => told.push('written'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toEqual([]);
    closeSync(openSync(hanging, constants.O_RDONLY | constants.O_NONBLOCK));
    await written(file);
    expect([told, existsSync(dir.haltFile)]).toEqual([['written'], true]);
  });

  test('that ends by a fault leaves none behind that is half written', () => {
    const file = new HaltFile(dir, () => {});
    file.write('killed');
    file.insist();
    expect(existsSync(dir.haltFile)).toBe(true);
  });

  test('writes HALT as soon as it can where it could not at first', async () => {
    const told: string[] = [];
    rmSync(root, { recursive: true });
    writeFileSync(root, '');
    const file = new HaltFile(dir, (text) => told.push(text));
    file.write('killed');
    await written(file);
    expect(told).toEqual([expect.stringContaining('the next engine here will not know')]);
    file.appeared(0);
    await written(file);
    rmSync(root);
    expect(file.appeared(500)).toBe(false);
    expect(existsSync(dir.haltFile)).toBe(false);
    file.appeared(1_000);
    await written(file);
    expect(lstatSync(dir.haltFile).isFile()).toBe(true);
    expect(told).toHaveLength(1);
  });
});
