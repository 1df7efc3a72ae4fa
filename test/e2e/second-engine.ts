/** A second engine on a data directory: it leaves at once, says who is there, and writes nothing; reading goes on beside. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Figures, repeatWith, type SoakCheck } from '../soak/check.ts';
import { BRIEF, chimera, documentOf, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE } from './terminal.ts';

const LEAVES_WITHIN_MS = 1_000;
/** What the first engine writes while the second one tries. */
const OWN_FILES = /^(?:sessions\/first\b|chimera\.log$)/;

/** Every file that is not the first engine's to write, with its content. */
function contentOf(dataDir: string): string {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).sort();
  return files
    .filter((file) => !OWN_FILES.test(file))
    .map((file) => {
      const full = path.join(dataDir, file);
      return `${file} ${statSync(full).isFile() ? readFileSync(full).toString('base64') : ''}`;
    })
    .join('\n');
}

const linesOf = (content: string): string[] => content.split('\n');

/** `count` attempts beside a running engine, and as many times `verify` and `replay`. Throws at the first that is not so. */
export async function secondEngines(count: number, from: number, withinMs = LEAVES_WITHIN_MS): Promise<Figures> {
  const dataDir = makeDataDir();
  const args = ['--headless', '--for', '600s', '--session', 'first', '--data-dir', dataDir, ...BRIEF];
  const first = spawn(PINNED_NODE, [MAIN, ...args], { stdio: 'ignore', env: { PATH: process.env.PATH } });
  const ended = new Promise((resolve) => first.on('close', resolve));
  let slowestMs = 0;
  try {
    while (!(await chimera(['status', '--json'], { dataDir })).stdout.includes('"running":true')) await pause(50);
    for (let n = from; n < from + count; n++) {
      const took = await attempt(dataDir, first.pid ?? 0, withinMs);
      slowestMs = Math.max(slowestMs, took);
      for (const command of [
        ['verify', 'first', '--json'],
        ['replay', 'first', '--headless', '--json'],
      ]) {
        const outcome = await chimera(command, { dataDir, timeoutMs: 60_000 });
        if (outcome.code !== 0) throw new Error(`${command[0]} beside it: ${outcome.stderr}`);
      }
      const status = documentOf(await chimera(['status', '--json'], { dataDir }));
      if (status.pid !== first.pid || status.halted !== 'none') throw new Error('the first engine is not as it was');
    }
  } catch (cause) {
    throw new Error(`${(cause as Error).message}; ${repeatWith('second-engine', from)}`, { cause });
  } finally {
    first.kill('SIGTERM');
    await ended;
    removeDataDir(dataDir);
  }
  return { attempts: count, slowestMs, bytesWritten: 0 };
}

/** @returns how long the second engine stayed, in milliseconds. */
async function attempt(dataDir: string, pid: number, withinMs: number): Promise<number> {
  const before = contentOf(dataDir);
  const startMs = performance.now();
  const second = await chimera(['--headless', '--for', '5s', '--session', 'second'], { dataDir });
  const tookMs = Math.round(performance.now() - startMs);
  const line = /^chimera: an engine already runs on .* \(pid (\d+), since \d{4}-[^)]*\); [^\n]*\n$/.exec(second.stderr);
  if (second.code !== 6 || second.stdout !== '' || Number(line?.[1]) !== pid)
    throw new Error(`it does not say who is there: ${JSON.stringify(second)}`);
  const changed = linesOf(contentOf(dataDir)).filter((file) => !linesOf(before).includes(file));
  if (contentOf(dataDir) !== before)
    throw new Error(`it has written: ${changed.map((line) => line.split(' ')[0]).join(' ')}`);
  if (tookMs > withinMs) throw new Error(`it stayed for ${tookMs} ms`);
  return tookMs;
}

export const secondEngine: SoakCheck = {
  name: 'second-engine',
  holds: 'a second engine leaves within 1 s, names the owner and writes nothing; verify and replay go on beside',
  unit: 'attempts',
  full: 50,
  run: (count, from) => secondEngines(count, from),
};
