#!/usr/bin/env -S node --max-semi-space-size=8 --initial-old-space-size=16 --heap-growing-percent=40
/** The `chimera` command: runs the built program on a Node that is new enough, and mends the terminal if it is shot. */
'use strict';

const { spawn, spawnSync } = require('node:child_process');
const { existsSync, writeSync } = require('node:fs');
const { constants } = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

/** Ink 8 needs it. */
const OLDEST_NODE = [22, 12];
const ROOT = path.join(__dirname, '..', '..');
const MAIN = path.join(ROOT, 'dist', 'src', 'main.js');
/**
 * They stand in the first line and in `npm start` too: else the garbage of each thread grows to 64 MB, and to 40 before it
 * is collected for the first time, and later to three times what is in use, which the process then keeps. Collecting it
 * more often takes some more of the processor.
 */
const LESS_MEMORY = ['--max-semi-space-size=8', '--initial-old-space-size=16', '--heap-growing-percent=40'];
/** Leaves the alternate screen, shows the cursor, ends bracketed paste, drops colours. */
const SCREEN_RESET = '\x1b[?1049l\x1b[?25h\x1b[?2004l\x1b[0m';

process.env.NODE_ENV = process.env.NODE_ENV || 'production';
main();

function main() {
  if (!existsSync(MAIN)) {
    return fail(`the program is not built: run "npm ci" (or "npm run build") in ${ROOT}`);
  }
  if (isNewEnough(process.versions.node)) return runHere();
  const node = pinnedNode();
  if (node === undefined) {
    const needed = OLDEST_NODE.join('.');
    return fail(
      `needs Node ${needed} or newer, this is ${process.versions.node}: install one, or run "npm ci" in ${ROOT}`,
    );
  }
  runIn(node);
}

function fail(reason) {
  writeSync(2, `chimera: ${reason}\n`);
  process.exit(1);
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** The binary of the dependency `node`, which npm installs beside us; undefined where there is none new enough. */
function pinnedNode() {
  try {
    const manifest = require.resolve('node/package.json', { paths: [ROOT] });
    const binary = path.join(path.dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return isNewEnough(require(manifest).version) && existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/**
 * No second process: the program takes over this one. Without source maps, which take longer to read than the program
 * does: the bundle keeps names, and NODE_OPTIONS=--enable-source-maps gives lines where they are wanted.
 */
function runHere() {
  process.argv[1] = MAIN;
  import(pathToFileURL(MAIN).href);
}

function runIn(node) {
  const child = spawn(node, [...LESS_MEMORY, MAIN, ...process.argv.slice(2)], { stdio: 'inherit' });
  child.on('error', (error) => fail(`cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code === null ? 1 : code);
    restoreTerminal();
    process.exit(128 + (constants.signals[signal] || 0));
  });
  forwardSignals(child);
}

/**
 * Signals sent to us go on to the child, and none ends us before it. What the keyboard raises (INT, QUIT,
 * TSTP) reaches the child already, as it is in the terminal's foreground group with us: passed on, one
 * Ctrl-C would count as two. TSTP only must not stop us, for the program under us does not stop either.
 */
function forwardSignals(child) {
  const atTerminal = Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  for (const signal of ['SIGINT', 'SIGQUIT']) {
    process.on(signal, () => {
      if (!atTerminal) child.kill(signal);
    });
  }
  if (process.platform !== 'win32') process.on('SIGTSTP', () => {});
}

/** A program that died of a signal could not clean up after itself. */
function restoreTerminal() {
  try {
    if (process.stdout.isTTY) writeSync(1, SCREEN_RESET);
    if (process.stdin.isTTY) spawnSync('stty', ['sane'], { stdio: ['inherit', 'ignore', 'ignore'] });
  } catch {
    // The terminal is gone: there is nothing left to restore.
  }
}
