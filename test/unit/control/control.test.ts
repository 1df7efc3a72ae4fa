/** Data directory, ownership, HALT file and the control socket, on a real file system. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askEngine, attachEngine } from '../../../src/control/client.ts';
import type { ControlReply } from '../../../src/control/messages.ts';
import { serveControl } from '../../../src/control/server.ts';
import {
  type DataDir,
  dataDirAt,
  freeSessionName,
  isHaltFilePresent,
  openDataDir,
  removeHaltFile,
  writeHaltFile,
} from '../../../src/data-dir.ts';
import { CommandError, EXIT } from '../../../src/exit-codes.ts';
import { HaltFile } from '../../../src/host/halt-file.ts';
import { ownerOf, takeOwnership } from '../../../src/owner.ts';

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

  test('one that others can write to is refused and left as it is', () => {
    const path = join(root, 'shared');
    mkdirSync(path);
    chmodSync(path, 0o1777);
    expect(() => openDataDir(path)).toThrow(/others can write to .*shared \(mode 777\)/);
    expect(statSync(path).mode & 0o7777).toBe(0o1777);
    chmodSync(path, 0o755);
    openDataDir(path);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(statSync(join(path, 'sessions')).mode & 0o777).toBe(0o700);
  });

  test('a second HALT keeps the first reason', () => {
    writeHaltFile(dir, 'first');
    writeHaltFile(dir, 'second');
    expect(readFileSync(dir.haltFile, 'utf8')).toBe('first\n');
  });

  test('sessions of one second get different names', () => {
    expect(freeSessionName(dir, 'x')).toBe('x');
    mkdirSync(join(dir.sessions, 'x'));
    expect(freeSessionName(dir, 'x')).toBe('x-2');
    mkdirSync(join(dir.sessions, 'x-2'));
    expect(freeSessionName(dir, 'x')).toBe('x-3');
  });
});

describe('HALT file of a running engine', () => {
  test('one that appears is told once, also when it was there before; its own is not', async () => {
    const file = new HaltFile(dir, () => {});
    expect(file.appeared(0)).toBe(false);
    writeFileSync(dir.haltFile, 'by hand');
    expect(file.appeared(1)).toBe(true);
    expect(file.appeared(200)).toBe(false);
    file.remove();
    expect(isHaltFilePresent(dir)).toBe(false);
    file.write('own');
    await new Promise<void>((resolve) => file.whenWritten(resolve));
    expect(file.appeared(300)).toBe(false);
    expect(new HaltFile(dir, () => {}).appeared(0)).toBe(true);
  });

  test('trouble with it is told and does not throw; one that cannot be removed is a new kill', async () => {
    const told: string[] = [];
    mkdirSync(dir.haltFile);
    const file = new HaltFile(dir, (text) => told.push(text));
    expect(file.appeared(0)).toBe(true);
    file.remove();
    expect(told).toEqual([expect.stringMatching(/cannot remove .*HALT, the halt goes on/)]);
    expect(file.appeared(100)).toBe(true);
    writeFileSync(join(root, 'file'), '');
    const nowhere = new HaltFile(dataDirAt(join(root, 'file')), (text) => told.push(text));
    nowhere.write('killed');
    await new Promise<void>((resolve) => nowhere.whenWritten(resolve));
    expect(told[1]).toMatch(/killed, but the next engine here will not know: /);
  });
});

test('a second owner is refused with the first one named, and let in when it is gone', () => {
  const first = takeOwnership(dir, '2026-01-02T03:04:05.000Z');
  expect(() => takeOwnership(dir, 'x')).toThrow(new RegExp(`pid ${process.pid}, since 2026-01-02T03:04:05.000Z`));
  expect(ownerOf(dir)).toBe(`pid ${process.pid}, since 2026-01-02T03:04:05.000Z`);
  first.release();
  expect(ownerOf(dir)).toBeUndefined();
  takeOwnership(dir, 'x').release();
});

test('a lock file that is none is a fault, not another engine', () => {
  writeFileSync(dir.ownerFile, 'this is no database, however long one looks at it');
  expect(() => takeOwnership(dir, 'x')).toThrow(
    expect.objectContaining({ exitCode: EXIT.fault, message: expect.stringContaining('cannot lock') }),
  );
});

test('an owner that cannot note itself, as on a full disk, is told in one line and leaves the lock free', () => {
  mkdirSync(`${dir.ownerFile}.json`);
  expect(() => takeOwnership(dir, 'x')).toThrow(
    expect.objectContaining({ exitCode: EXIT.fault, message: expect.stringContaining('cannot lock') }),
  );
  expect(ownerOf(dir)).toBeUndefined();
});

const noConsole = (): void => {
  throw new Error('nobody was to attach');
};

describe('control socket', () => {
  test('answers each request with what the engine says; 0600', async () => {
    const asked: string[] = [];
    const server = serveControl(dir.socket, {
      answer: (request) => {
        asked.push(request);
        return { refused: request === 'resume' ? 'not-halted' : null, status: STATUS };
      },
      attach: noConsole,
      trouble: () => {},
    });
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
      const server = serveControl(dir.socket, {
        answer: () => {
          asked++;
          return { refused: null, status: STATUS };
        },
        attach: noConsole,
        trouble: () => {},
      });
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

  test('what loosens is not done for somebody who has given up; a kill is, however late', async () => {
    const asked: string[] = [];
    const server = serveControl(dir.socket, {
      answer: (request) => {
        asked.push(request);
        return { refused: null, status: STATUS };
      },
      attach: noConsole,
      trouble: () => {},
    });
    const say = (request: string, beforeMs: number): Promise<void> =>
      new Promise((done) => {
        const socket = connect(dir.socket, () => socket.write(`${JSON.stringify({ request, beforeMs })}\n`));
        socket.on('close', () => done());
        socket.resume();
      });
    const overMs = Date.now() - 1;
    for (const request of ['resume', 'flatten', 'kill', 'status']) await say(request, overMs);
    await say('resume', Date.now() + 60_000);
    server.close();
    expect(asked).toEqual(['kill', 'status', 'resume']);
  });

  test('one request for each connection, and nothing that follows it', async () => {
    const asked: string[] = [];
    const server = serveControl(dir.socket, {
      answer: (request) => {
        asked.push(request);
        return { refused: null, status: STATUS };
      },
      attach: noConsole,
      trouble: () => {},
    });
    await new Promise<void>((done) => {
      const socket = connect(dir.socket, () => socket.write('{"request":"status"}\n{"request":"kill"}\n'));
      socket.on('data', () => socket.write('{"request":"resume"}\n'));
      socket.on('error', () => {});
      socket.on('close', () => done());
    });
    server.close();
    expect(asked).toEqual(['status']);
  });

  test('a connection that says nothing does not hold up the end', async () => {
    const server = serveControl(dir.socket, {
      answer: () => ({ refused: null, status: STATUS }),
      attach: noConsole,
      trouble: () => {},
    });
    const closed = new Promise<void>((done) => {
      const socket = connect(dir.socket, () => setTimeout(() => server.close(), 20));
      socket.on('close', () => done());
      socket.resume();
    });
    await closed;
  });

  test('a path that cannot be listened on is told, and left alone', async () => {
    const told: string[] = [];
    mkdirSync(dir.socket);
    const server = serveControl(dir.socket, {
      answer: () => ({ refused: null, status: STATUS }),
      attach: noConsole,
      trouble: (text) => told.push(text),
    });
    expect(told).toEqual([expect.stringMatching(/^no control socket, only the HALT file: /)]);
    server.close();
    expect(statSync(dir.socket).isDirectory()).toBe(true);
  });
});

describe('attached console', () => {
  test('speaks the protocol both ways, is heard when it leaves, and cannot stop the engine', async () => {
    const heard: unknown[] = [];
    const gone = Promise.withResolvers<void>();
    const server = serveControl(dir.socket, {
      answer: () => ({ refused: null, status: STATUS }),
      attach(line) {
        line.send({ type: 'ready' });
        line.onMessage((message) => {
          heard.push(message);
          if (message === undefined) gone.resolve();
          else if (message.type === 'command') line.send({ type: 'command-done', id: message.id, refused: undefined });
        });
      },
      trouble: () => {},
    });
    const engine = await attachEngine(dir);
    const done = Promise.withResolvers<void>();
    const told: string[] = [];
    engine!.onMessage((message) => {
      told.push(message.type);
      if (message.type === 'command-done') done.resolve();
    });
    engine!.send({ type: 'credit' });
    engine!.send({ type: 'command', id: 4, command: { kind: 'kill' } });
    await done.promise;
    engine!.send({ type: 'stop' });
    await expect(engine!.stopped).resolves.toMatchObject({ fault: false, reason: 'detached; the engine goes on' });
    await gone.promise;
    server.close();
    expect(told).toEqual(['ready', 'command-done', 'stopped']);
    expect(heard).toEqual([
      { type: 'credit' },
      { type: 'command', id: 4, command: { kind: 'kill' } },
      { type: 'stop' },
      undefined,
    ]);
  });

  test.each([
    '{"type":"replay","action":{"kind":"play"}}',
    '{"type":"command","id":1,"command":{"kind":"buy"}}',
    'x',
    `${'y'.repeat(5000)}`,
  ])('what is no message cuts it off: %s', async (text) => {
    const heard: unknown[] = [];
    const server = serveControl(dir.socket, {
      answer: () => ({ refused: null, status: STATUS }),
      attach: (line) => line.onMessage((message) => heard.push(message)),
      trouble: () => {},
    });
    await new Promise<void>((closed) => {
      const socket = connect(dir.socket, () => socket.write('{"request":"attach"}\n'));
      setTimeout(() => socket.write(`${text}\n`), 30);
      socket.on('error', () => {});
      socket.on('close', () => closed());
      socket.resume();
    });
    server.close();
    expect(heard).toEqual([undefined]);
  });

  test('an engine that goes away is a fault for the console', async () => {
    const server = serveControl(dir.socket, {
      answer: () => ({ refused: null, status: STATUS }),
      attach: () => setTimeout(() => server.close(), 20),
      trouble: () => {},
    });
    const engine = await attachEngine(dir);
    await expect(engine!.stopped).resolves.toMatchObject({ fault: true, reason: 'the engine is gone' });
    expect(await attachEngine(dir)).toBeUndefined();
  });
});
