/** A Binance-compatible exchange on loopback: both markets, their doors on one port, faults, and what survives its end. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ACTS } from '../faults/fault-kinds.ts';
import { FaultPlan } from '../faults/fault-plan.ts';
import type { FaultSpec } from '../faults/fault-spec.ts';
import type { MarketSource } from '../market/source.ts';
import type { Venue } from '../market/venue.ts';
import type { ExchangeMarket, LimitSettings } from '../model/port.ts';
import { Admin } from './admin.ts';
import { Answers } from './answers.ts';
import { HttpDoor } from './http-door.ts';
import type { ExchangeKeys } from './keys-file.ts';
import { actOnMarket, type MarketAction } from './market-action.ts';
import { type Balances, openMarkets, runThrough, venueOf } from './opening.ts';
import { Pump } from './pump.ts';
import { RequestLog } from './request-log.ts';
import { type ServerSettings, VENUE_SETTINGS } from './settings.ts';
import { type OpenMarket, SocketDoor } from './socket-door.ts';

export interface ExchangeServerOptions {
  /** 0 is any that is free. */
  readonly port: number;
  readonly markets: readonly ExchangeMarket[];
  readonly source: MarketSource;
  /** False lets nobody of the crowd act after the opening: for tests that move the market themselves. */
  readonly moves: boolean;
  readonly keys: ExchangeKeys;
  readonly seed: number;
  readonly nowUs: () => number;
  readonly balances?: Readonly<Record<ExchangeMarket, Balances>>;
  readonly limits?: LimitSettings;
  readonly settings?: Partial<ServerSettings>;
  readonly faults?: readonly FaultSpec[];
  readonly saved?: Readonly<Partial<Record<ExchangeMarket, string>>>;
  /** Told when something of an account may have changed. */
  readonly changed?: () => void;
}

const TICK_MS = 50;
const KEEP_ALIVE_MS = 120_000;
const HOST = '127.0.0.1';

export class Exchange {
  readonly plan: FaultPlan;
  readonly log = new RequestLog();
  readonly #options: ExchangeServerOptions;
  readonly #markets: ReadonlyMap<ExchangeMarket, OpenMarket>;
  readonly #server: Server;
  readonly #sockets: SocketDoor;
  readonly #pump: Pump;
  readonly #raw = new Set<Socket>();
  #tick: NodeJS.Timeout | undefined;
  #port = 0;
  /** The port is closed until then, by a fault. */
  #isDown = false;
  #reopen: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ExchangeServerOptions) {
    this.#options = options;
    const { source, nowUs, keys, seed, saved = {} } = options;
    this.plan = new FaultPlan(seed, () => nowUs() / 1_000);
    // A clock that a fault sets back stands still for nobody: every time of the venue is off by the same.
    const nowMs = (): number => Math.floor(nowUs() / 1_000 + this.plan.sumOf('clock'));
    const { markets, balances, limits } = options;
    const openedMs = Math.floor(Math.min(source.nextAtUs(), nowUs()) / 1_000);
    this.#markets = openMarkets({ markets, source, keys, balances, limits, seed, nowMs, openedMs, saved });
    runThrough(this.#markets, source, nowUs(), Object.keys(saved).length > 0);
    const venues = new Map([...this.#markets].map(([market, { venue }]) => [market, venue]));
    const answers = new Answers(venues, this.plan, this.log, () => options.changed?.());
    const settings = { ...VENUE_SETTINGS, ...options.settings };
    this.#sockets = new SocketDoor({
      markets: this.#markets,
      plan: this.plan,
      answers,
      log: this.log,
      keys: keys.accounts,
      settings,
    });
    const admin = new Admin({
      token: keys.token,
      plan: this.plan,
      log: this.log,
      faultsChanged: () => this.strike(),
      act: (action) => this.act(action),
    });
    const door = new HttpDoor(answers, admin, nowMs);
    this.#server = createServer((request, response) => door.handle(request, response));
    // Longer than any client's: a connection that is used again must not be closed under the request.
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.#server.on('upgrade', (request, socket, head) => this.#sockets.upgrade(request, socket, head));
    this.#server.on('connection', (socket) => {
      this.#raw.add(socket);
      socket.on('close', () => this.#raw.delete(socket));
    });
    this.#pump = new Pump(source, nowUs, (act) => {
      const place = venueOf(this.#markets, source, act.instrument);
      place?.venue.act(place.symbol, act);
    });
    for (const fault of options.faults ?? []) this.plan.add(fault);
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://${HOST}:${this.#port}`;
  }

  /** Base of WebSocket URLs; `/spot` or `/usdm` comes behind it. */
  get wsUrl(): string {
    return `ws://${HOST}:${this.#port}`;
  }

  venue(market: ExchangeMarket): Venue {
    const open = this.#markets.get(market);
    if (open === undefined) throw new RangeError(`this exchange has no ${market}`);
    return open.venue;
  }

  /** Rejects, and leaves nothing behind, when the port cannot be had. */
  async listen(): Promise<void> {
    try {
      await this.#listen(this.#options.port);
    } catch (cause) {
      await this.close();
      throw cause;
    }
    if (this.#options.moves) this.#pump.start();
    this.#tick = setInterval(() => {
      for (const { venue } of this.#markets.values()) venue.tick();
      this.strike();
    }, TICK_MS);
  }

  /** Makes something happen in the market. Undefined when it was done, else why not. */
  act(action: MarketAction): string | undefined {
    const open = this.#markets.get(action.market);
    return open === undefined ? `this exchange has no ${action.market}` : actOnMarket(open.venue, action);
  }

  /** Does what faults are done at once, when they are due. */
  strike(): void {
    for (const spec of this.plan.due(ACTS)) {
      if (spec.kind === 'cut') this.#sockets.cut(spec.path);
      else if (spec.kind === 'listen-key-expiry') this.#expireKeys();
      else this.#goDown(spec.for ?? 1_000);
    }
  }

  /** The models as text, by market. */
  save(): Partial<Record<ExchangeMarket, string>> {
    return Object.fromEntries([...this.#markets].map(([market, { venue }]) => [market, venue.model.save()]));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#tick);
    clearTimeout(this.#reopen);
    this.#pump.stop();
    this.#sockets.close();
    await this.#unlisten();
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, HOST, () => {
        this.#server.off('error', reject);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  #unlisten(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#raw) socket.destroy();
    });
  }

  /** Refuses connections for a while, as when the venue is away. */
  #goDown(forMs: number): void {
    if (this.#isDown) return;
    this.#isDown = true;
    this.#sockets.cut();
    void this.#unlisten().then(() => this.#reopenIn(forMs));
  }

  /** Somebody else may have taken the port meanwhile: then it is tried again. */
  #reopenIn(ms: number): void {
    if (this.#isClosed) return;
    this.#reopen = setTimeout(() => {
      this.#listen(this.#port).then(
        () => {
          this.#isDown = false;
        },
        () => this.#reopenIn(TICK_MS),
      );
    }, ms);
  }

  /** Every listen key that is listened to ends; the client hears of it, and the key is unknown from then on. */
  #expireKeys(): void {
    for (const { venue, users } of this.#markets.values()) {
      const nowMs = venue.nowMs();
      for (const listenKey of users.listenKeys) {
        users.expire(listenKey, nowMs);
        venue.model.dropListenKey(listenKey, nowMs);
      }
      users.terminate(nowMs);
    }
  }
}
