/** Asks a running engine over its control socket. */
import { connect, type Socket } from 'node:net';
import type { EnginePort, FromEngine, StoppedMessage, ToEngine } from '../../state/protocol.ts';
import type { DataDir } from '../data-dir.ts';
import { EngineMessages } from '../engine-messages.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { earlyAnswer } from './early-kill.ts';
import { exchange } from './exchange.ts';
import { LineBuffer } from './line-buffer.ts';
import { type ControlQuestion, type ControlReply, controlReply } from './messages.ts';

/** Sends one request. @returns undefined when no engine listens there. */
export async function askEngine(dir: DataDir, request: ControlQuestion): Promise<ControlReply | undefined> {
  const text = await ((request === 'kill' ? earlyAnswer(dir) : undefined) ?? exchange(dir, request));
  if (text === undefined) return undefined;
  const reply = controlReply.safeParse(safeJson(text));
  if (reply.success) return reply.data;
  throw new CommandError(EXIT.fault, `the engine on ${dir.root} gave an answer that is not understood`);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Views of many symbols are long; the engine is trusted, but not without a limit. */
const LONGEST_LINE = 4 * 1024 * 1024;

/** A console's end of a line to an engine in another process. `stop` only leaves: the engine goes on. */
export interface AttachedEngine extends EnginePort {
  readonly stopped: Promise<StoppedMessage>;
}

/** Attaches to a running engine. @returns undefined when none listens there. */
export function attachEngine(dir: DataDir): Promise<AttachedEngine | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(dir.socket);
    socket.setEncoding('utf8');
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED') resolve(undefined);
      else reject(new CommandError(EXIT.fault, `control socket ${dir.socket}: ${cause.message}`));
    });
    socket.once('connect', () => {
      socket.write(`${JSON.stringify({ request: 'attach' })}\n`);
      resolve(portOver(socket));
    });
  });
}

function portOver(socket: Socket): AttachedEngine {
  const messages = new EngineMessages();
  const lines = new LineBuffer(LONGEST_LINE);
  let leaving = false;
  const stopped = new Promise<StoppedMessage>((resolve) => {
    const tell = (message: FromEngine): void => {
      messages.emit(message);
      if (message.type === 'stopped') resolve(message);
    };
    socket.on('data', (chunk: string) => {
      const taken = lines.push(chunk);
      if (taken === undefined) socket.destroy();
      for (const line of taken ?? []) {
        const message = safeJson(line);
        if (message !== undefined) tell(message as FromEngine);
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      const reason = leaving ? 'detached; the engine goes on' : 'the engine is gone';
      tell({ type: 'stopped', reason, fault: !leaving });
    });
  });
  return {
    stopped,
    send(message: ToEngine) {
      if (message.type === 'stop') {
        leaving = true;
        socket.end(`${JSON.stringify({ type: 'stop' })}\n`);
      } else socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: (listener) => messages.listen(listener),
  };
}
