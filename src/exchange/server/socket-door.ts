/** The WebSocket side of the port: connections by what their URL asks for, and what keeps them in bounds. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { FaultPlan } from '../faults/fault-plan.ts';
import type { Topic } from '../market/topic.ts';
import type { Venue } from '../market/venue.ts';
import type { ExchangeMarket } from '../model/port.ts';
import type { Answers } from './answers.ts';
import { ApiSession } from './api-session.ts';
import { Connection } from './connection.ts';
import type { AccountKeys } from './keys-file.ts';
import { isLocalHost } from './local-host.ts';
import type { RequestLog } from './request-log.ts';
import type { ServerSettings } from './settings.ts';
import { type SocketRoute, socketRoute } from './socket-route.ts';
import { StreamSession } from './stream-session.ts';
import type { Users } from './users.ts';

/** A market with the users who listen to it. */
export interface OpenMarket {
  readonly venue: Venue;
  readonly users: Users;
}

export interface SocketDoorOptions {
  readonly markets: ReadonlyMap<ExchangeMarket, OpenMarket>;
  readonly plan: FaultPlan;
  readonly answers: Answers;
  readonly log: RequestLog;
  readonly keys: readonly AccountKeys[];
  readonly settings: ServerSettings;
}

const MOST_MESSAGE_BYTES = 256 * 1024;
const API_MESSAGES_PER_SECOND = 1_000;

interface Session {
  message(text: string): void;
  close(): void;
}

export class SocketDoor {
  readonly #options: SocketDoorOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MOST_MESSAGE_BYTES,
  });
  readonly #connections = new Set<Connection>();
  readonly #pings: NodeJS.Timeout;

  constructor(options: SocketDoorOptions) {
    this.#options = options;
    const { settings } = options;
    this.#pings = setInterval(() => {
      for (const connection of this.#connections) connection.keep(settings, Date.now());
    }, settings.pingEveryMs);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = request.url ?? '/';
    const route = routeOf(url, [...this.#options.markets.keys()]);
    socket.on('error', () => socket.destroy());
    // A page in a browser names its origin: it has no business here.
    if (route === undefined || request.headers.origin !== undefined || !isLocalHost(request.headers.host)) {
      socket.end(`HTTP/1.1 ${route === undefined ? '404 Not Found' : '403 Forbidden'}\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const connection = new Connection(ws, socket, url, this.#options.plan, Date.now());
      const { venue, users } = this.#options.markets.get(route.market)!;
      const remoteAddress = request.socket.remoteAddress ?? '127.0.0.1';
      const session =
        route.kind === 'api'
          ? this.#api(connection, venue, users, remoteAddress)
          : this.#streams(connection, route, venue, users);
      const most =
        route.kind === 'api' ? API_MESSAGES_PER_SECOND : this.#options.settings.messagesPerSecond[route.market];
      this.#connections.add(connection);
      ws.on('message', (data, isBinary) => {
        if (connection.takes(most) && !isBinary) session.message(String(data));
      });
      ws.on('ping', () => connection.takes(most));
      ws.on('error', () => connection.cut());
      ws.on('close', () => {
        this.#connections.delete(connection);
        session.close();
      });
    });
  }

  /** Cuts every connection whose URL has this in it, without a word. */
  cut(part = ''): void {
    for (const connection of this.#connections) if (connection.url.includes(part)) connection.cut();
  }

  close(): void {
    clearInterval(this.#pings);
    this.cut();
    this.#server.close();
  }

  #streams(
    connection: Connection,
    { isCombined, names }: Extract<SocketRoute, { kind: 'streams' }>,
    venue: Venue,
    users: Users,
  ): Session {
    const topicOf = (name: string): Topic | undefined => {
      const accountId = venue.model.accountOfListenKey(name);
      return accountId === undefined ? venue.streams.topic(name) : users.topic(name, accountId);
    };
    const mostStreams = this.#options.settings.streamsPerConnection;
    const session = new StreamSession({ connection, topicOf, isCombined, mostStreams });
    session.subscribe(names);
    return session;
  }

  #api(connection: Connection, venue: Venue, users: Users, remoteAddress: string): Session {
    const { answers, keys, log } = this.#options;
    return new ApiSession({
      connection,
      venue,
      users,
      remoteAddress,
      keys,
      log,
      rest: (request, name, answer) =>
        answers.answer(request, name, (outcome) => {
          if (outcome.kind === 'reply') answer(outcome.reply);
          else if (outcome.kind === 'reset') connection.cut();
        }),
    });
  }
}

/** A URL that does not read is none. */
function routeOf(url: string, markets: readonly ExchangeMarket[]): SocketRoute | undefined {
  try {
    return socketRoute(url, markets);
  } catch (cause) {
    if (cause instanceof TypeError || cause instanceof URIError) return undefined;
    throw cause;
  }
}
