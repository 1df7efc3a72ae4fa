/**
 * Canary secrets in every place that a secret may come from, a run of everything that can be run without a venue, and
 * a search for them in all that is left: files, screen, output, command lines. And the modes of what is left.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { repeatWith, type SoakCheck } from '../soak/check.ts';
import { chimera, leave, makeDataDir, removeDataDir } from './chimera.ts';
import { startConsole } from './terminal.ts';

export interface SecretsFigures {
  readonly canaries: number;
  /** Where a canary was found, or a mode is too loose. */
  readonly hits: readonly string[];
  readonly loose: readonly string[];
  readonly files: number;
  readonly bytes: number;
  readonly outputs: number;
}

const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
/** Variables that credentials are given in. */
const VARIABLES = [
  'CHIMERA_API_KEY',
  'CHIMERA_SECRET',
  'CHIMERA_PASSPHRASE',
  'CHIMERA_TOKEN',
  'BINANCE_API_KEY',
  'BINANCE_SECRET',
] as const;

function canary(random: Int32Array): string {
  return Array.from({ length: 24 }, () => LETTERS[nextBelow(random, LETTERS.length)]!).join('');
}

/** A secret as it stands, and as it would look after the usual encodings. */
function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret);
  const padded = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift, 'x'), bytes]).toString('base64');
    // What the neighbours of the secret decide is left away.
    return text.slice(shift === 0 ? 0 : 4, -4);
  });
  const reversed = [...secret].reverse().join('');
  return [
    bytes,
    Buffer.from(secret, 'utf16le'),
    ...[...padded, bytes.toString('hex'), reversed].map((t) => Buffer.from(t)),
  ];
}

export function holds(content: Buffer, secrets: readonly string[]): boolean {
  return secrets.some((secret) => formsOf(secret).some((form) => content.includes(form)));
}

interface Search {
  readonly hits: string[];
  readonly loose: string[];
  files: number;
  bytes: number;
}

/** Looks through every file below `folder`; what is at the paths of `planted` was put there by the test. */
export function searchFolder(folder: string, secrets: readonly string[], planted: readonly string[] = []): Search {
  const found: Search = { hits: [], loose: [], files: 0, bytes: 0 };
  const visit = (at: string): void => {
    const status = statSync(at);
    const mode = status.mode & 0o777;
    const wanted = status.isDirectory() ? 0o700 : 0o600;
    if ((mode & ~wanted) !== 0) found.loose.push(`${at} has mode ${mode.toString(8)}`);
    if (status.isDirectory()) {
      for (const name of readdirSync(at)) visit(path.join(at, name));
    } else if (status.isFile()) {
      const raw = readFileSync(at);
      const content = at.endsWith('.zst') ? zstdDecompressSync(raw) : raw;
      found.files++;
      found.bytes += content.byteLength;
      if (!planted.includes(at) && holds(content, secrets)) found.hits.push(at);
    }
  };
  visit(folder);
  return found;
}

/** Command lines and thread names of every process that speaks of `dataDir`. */
export function commandLines(dataDir: string): Buffer {
  const texts: Buffer[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`);
      if (!line.includes(dataDir)) continue;
      texts.push(line, ...readdirSync(`/proc/${pid}/task`).map((t) => readFileSync(`/proc/${pid}/task/${t}/comm`)));
    } catch {
      // It ended while it was looked at.
    }
  }
  return Buffer.concat(texts);
}

/** A recording with secrets in place of numbers, and a file that was given by mistake. */
function hostileFiles(
  folder: string,
  secrets: readonly string[],
): { readonly trades: string; readonly mistaken: string } {
  const rows = Array.from(
    { length: 3_000 },
    (_, i) => `${i + 1},40000.${i % 9},0.5,20000,${1_700_000_000_000 + i},true,true`,
  );
  rows[500] = `501,apiKey=${secrets[0]},0.5,20000,1700000000500,true,true`;
  rows[600] = `601,40000,"secret: ${secrets[1]}",20000,1700000000600,true,true`;
  rows[700] = `702,40000,0.5,20000,Authorization: Bearer ${secrets[2]},true,true`;
  const trades = path.join(folder, `token=${secrets[3]}.csv`);
  writeFileSync(trades, `id,price,qty,quote_qty,time,is_buyer_maker,is_best_match\n${rows.join('\n')}\n`);
  const mistaken = path.join(folder, 'mistaken.txt');
  writeFileSync(mistaken, `BINANCE_API_KEY=${secrets[4]}\nBINANCE_SECRET=${secrets[5]}\n`);
  return { trades, mistaken };
}

/** One run with canaries of this seed. */
export async function secretsRun(seed: number): Promise<SecretsFigures> {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const secrets = VARIABLES.map(() => canary(random));
  const env = Object.fromEntries(VARIABLES.map((name, i) => [name, secrets[i]!]));
  const home = makeDataDir();
  const dataDir = path.join(home, 'data');
  const outputs: [place: string, content: Buffer][] = [];
  const run = async (wanted: number, ...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await chimera(args, { dataDir, env });
    if (code !== wanted) throw new Error(`${args.join(' ')} ends with ${code}, not ${wanted}: ${stderr}`);
    outputs.push([args.slice(0, 2).join(' '), Buffer.from(stdout + stderr)]);
  };
  try {
    await runConsole(dataDir, env, seed, outputs);
    const { trades, mistaken } = hostileFiles(home, secrets);
    const csv = path.join(home, 'csv');
    await Promise.all([
      run(0, 'import', trades, '--out', 'hostile', '--symbol', 'BTC/USDT', '--max-bad-share', '0.1'),
      run(3, 'import', mistaken, '--out', 'mistaken'),
      run(0, 'policy', 'set', 'risk.maxOpenPositions=5'),
      run(2, `--secret=${secrets[0]}`),
    ]);
    const policy = path.join(dataDir, 'policy.json');
    writeFileSync(
      policy,
      readFileSync(policy, 'utf8').replace(/"who": "(?!chimera)[^"]*"/, `"who": "apiKey=${secrets[1]}"`),
    );
    await Promise.all([
      run(0, 'policy', 'history', '--json'),
      run(0, 'verify', 'run', '--json'),
      run(0, 'replay', 'hostile', '--headless', '--json'),
      run(0, 'sessions'),
      run(0, 'export', 'run', '--csv', csv),
    ]);
    writeFileSync(policy, `{"formatVersion":3,"versions":[],"secret=${secrets[2]}":1}`);
    await run(3, 'policy', 'show');
    const found = [searchFolder(dataDir, secrets, [policy]), searchFolder(csv, secrets)];
    const said = outputs.filter(([, content]) => holds(content, secrets)).map(([place]) => place);
    return {
      canaries: secrets.length,
      hits: [...found.flatMap(({ hits }) => hits), ...said],
      loose: found.flatMap(({ loose }) => loose),
      files: found.reduce((sum, { files }) => sum + files, 0),
      bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
      outputs: outputs.length,
    };
  } finally {
    removeDataDir(home);
  }
}

/** The console in a terminal, killed by key: what is on the screen, and what others see of the process. */
async function runConsole(
  dataDir: string,
  env: Readonly<Record<string, string>>,
  seed: number,
  outputs: [string, Buffer][],
): Promise<void> {
  const session = startConsole({ args: ['--session', 'run', '--seed', String(seed)], dataDir, env });
  try {
    await session.waitFor('PAPER');
    await session.press('Ctrl-K');
    await session.waitFor(/HALTED|KILLED|kill/i);
    outputs.push(['command line', commandLines(dataDir)]);
    await leave(session);
    outputs.push(['screen', Buffer.from(session.rawOutput())]);
  } finally {
    await session.dispose();
  }
}

export const secrets: SoakCheck = {
  name: 'secrets',
  holds: '0 canary secrets in logs, journal, tables, screen, output and command lines; files 0600, folders 0700',
  unit: 'runs',
  full: 25,
  async run(count, from) {
    const sums = { canaries: 0, hits: 0, loose: 0, files: 0, bytes: 0, outputs: 0 };
    for (let seed = from; seed < from + count; seed++) {
      const figures = await secretsRun(seed);
      const faults = [...figures.hits, ...figures.loose];
      if (faults.length > 0) throw new Error(`seed ${seed}: ${faults.join('; ')}; ${repeatWith('secrets', seed)}`);
      for (const key of ['canaries', 'files', 'bytes', 'outputs'] as const) sums[key] += figures[key];
    }
    return sums;
  },
};
