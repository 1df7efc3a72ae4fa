/** Nothing but frames reaches the screen: console calls, raw writes, and what native code prints. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { captureConsole } from '../../../src/terminal/quiet-console.ts';

describe('captured console', () => {
  const original = { log: console.log, out: process.stdout.write, err: process.stderr.write };
  let release = (): void => {};
  afterEach(() => release());

  it('takes calls and raw writes of both streams, and gives them back', async () => {
    const texts: string[] = [];
    release = captureConsole((text) => texts.push(text));
    console.log('a %d', 1, { b: 2 });
    console.error(new Error('boom').message);
    process.stdout.write('raw\n');
    await new Promise<void>((resolve) => void process.stderr.write(Buffer.from('bytes'), () => resolve()));
    release();
    expect(texts).toEqual(['a 1 { b: 2 }', 'boom', 'raw', 'bytes']);
    expect([console.log, process.stdout.write, process.stderr.write]).toEqual([
      original.log,
      original.out,
      original.err,
    ]);
  });
});

describe('native stderr', () => {
  it('goes into a file', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chimera-stderr-'));
    const file = path.join(folder, 'stderr.log');
    const module = path.join(import.meta.dirname, '../../../src/terminal/quiet-console.ts');
    const script = `
      import fs from 'node:fs';
      const { redirectNativeStderr } = await import(${JSON.stringify(module)});
      const worked = redirectNativeStderr(${JSON.stringify(file)});
      fs.writeSync(2, 'as native code would');
      fs.writeSync(1, String(worked));
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect([child.stdout, child.stderr]).toEqual(['true', '']);
    expect(fs.readFileSync(file, 'utf8')).toBe('as native code would');
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    fs.rmSync(folder, { recursive: true });
  });
});
