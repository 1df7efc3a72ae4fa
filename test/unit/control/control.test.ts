/** Data directory, ownership, HALT file and the control socket, on a real file system. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askEngine } from '../../../src/control/client.ts';
import type { ControlReply } from '../../../src/control/messages.ts';
import { serveControl } from '../../../src/control/server.ts';
import {
  type DataDir,
  dataDirAt,
  isHaltFilePresent,
  openDataDir,
  removeHaltFile,
  writeHaltFile,
} from '../../../src/data-dir.ts';
import { CommandError } from '../../../src/exit-codes.ts';
import { takeOwnership } from '../../../src/owner.ts';

const STATUS: ControlReply['status'] = {
  pid: 1,
  mode: 'PAPER',
  control: 'manual',
  venue: 'sim',
  session: 's',
  seq: 5,
  feed: 'live',
  halted: 'none',
  kill: 'armed',
  openEntryOrders: 0,
  orders: 0,
  positions: [],
  equity: '10000.00',
  currency: 'USDT',
  dayPnl: '0.00',
};

let root: string;
let dir: DataDir;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chimera-control-'));
  dir = openDataDir(join(root, 'data'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('data directory', () => {
  test('is for its owner only', () => {
    expect(statSync(dir.root).mode & 0o777).toBe(0o700);
    expect(statSync(dir.sessions).mode & 0o777).toBe(0o700);
  });

  test('a path too long for a socket is refused before anything is made', () => {
    expect(() => dataDirAt(`/tmp/${'x'.repeat(100)}`)).toThrow(CommandError);
  });

  test('a file in its place is one clear line', () => {
    const path = join(root, 'file');
    writeFileSync(path, '');
    expect(() => openDataDir(path)).toThrow(/cannot use the data directory/);
  });

  test('HALT is written, seen and removed', () => {
    expect(isHaltFilePresent(dir)).toBe(false);
    writeHaltFile(dir, 'why');
    expect(isHaltFilePresent(dir)).toBe(true);
    expect(statSync(dir.haltFile).mode & 0o777).toBe(0o600);
    removeHaltFile(dir);
    expect(isHaltFilePresent(dir)).toBe(false);
  });
});

test('a second owner is refused with the first one named, and let in when it is gone', () => {
  const first = takeOwnership(dir, '2026-01-02T03:04:05.000Z');
  expect(() => takeOwnership(dir, 'x')).toThrow(new RegExp(`pid ${process.pid}, since 2026-01-02T03:04:05.000Z`));
  first.release();
  takeOwnership(dir, 'x').release();
});

describe('control socket', () => {
  test('answers each request with what the engine says; 0600', async () => {
    const asked: string[] = [];
    const server = serveControl(
      dir.socket,
      (request) => {
        asked.push(request);
        return { refused: request === 'resume' ? 'not-halted' : null, status: STATUS };
      },
      () => {},
    );
    expect((await askEngine(dir, 'status'))?.status).toEqual(STATUS);
    expect((await askEngine(dir, 'resume'))?.refused).toBe('not-halted');
    expect((await askEngine(dir, 'kill'))?.refused).toBeNull();
    expect(asked).toEqual(['status', 'resume', 'kill']);
    expect(statSync(dir.socket).mode & 0o777).toBe(0o600);
    server.close();
    expect(await askEngine(dir, 'status')).toBeUndefined();
  });

  test.each(['garbage\n', '{"request":"buy"}\n', '{"__proto__":{"request":"kill"}}\n', `${'x'.repeat(9000)}`])(
    'a request that is none does nothing: %j',
    async (text) => {
      let asked = 0;
      const server = serveControl(
        dir.socket,
        () => {
          asked++;
          return { refused: null, status: STATUS };
        },
        () => {},
      );
      await new Promise<void>((done) => {
        const socket = connect(dir.socket, () => socket.write(text));
        socket.on('error', () => {});
        socket.on('close', () => done());
        socket.resume();
      });
      server.close();
      expect(asked).toBe(0);
    },
  );
});
