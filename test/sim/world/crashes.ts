/**
 * Lives and deaths of an engine that trades at an external venue: the power fails, the disk fills, messages suffer, and
 * each next life goes on from what the disk has kept. As a function of seeds, for the tests and for the soak.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { killStage } from '../../../engine/index.ts';
import { loadSession, readSession } from '../../../logs/index.ts';
import { foldJournal, type JournalFoldResult } from '../../../src/host/journal-fold.ts';
import { exitsIn, snapshotOf } from '../../../src/host/take-up.ts';
import { ModelDisk, type ModelDiskFaults } from '../../fixtures/model-disk.ts';
import { inScratch } from '../../fixtures/scratch.ts';
import { type Figures, repeatWith, type SoakCheck } from '../../soak/check.ts';
import { busyConfig } from './hosts.ts';
import { type Base, JournaledHost } from './journaled-host.ts';
import { faultsOf } from './messages.ts';
import { type Market, TradingWorld } from './trading-world.ts';
import { Chance } from './virtual-time.ts';

const LIFE_US = 25_000_000;

/** What is broken on purpose, so that the check can be seen to notice. */
export interface CrashPlant extends ModelDiskFaults {
  readonly hasty?: boolean;
}

interface Tally {
  lives: number;
  cuts: number;
  /** Lives that ended before they had begun. */
  stillborn: number;
  fullDisks: number;
  /** Exits that left without a journal, and worlds where the last words did not tell of all of them. */
  unrecordedExits: number;
  toReconcile: number;
  inputsKept: number;
  inputsLost: number;
  orders: number;
  /** Exits that took the place of a stop. */
  replaced: number;
  fills: number;
}

/** @throws Error with the command that repeats it, at the first seed where something does not hold. */
export async function checkCrashes(
  seeds: readonly number[],
  plant: CrashPlant = {},
  market: Market = 'linear',
): Promise<Figures> {
  const tally: Tally = {
    lives: 0,
    cuts: 0,
    stillborn: 0,
    fullDisks: 0,
    unrecordedExits: 0,
    toReconcile: 0,
    inputsKept: 0,
    inputsLost: 0,
    orders: 0,
    replaced: 0,
    fills: 0,
  };
  for (const seed of seeds) {
    const breaches = await inScratch((scratch) => new Lives(seed, scratch, plant, tally, market).run());
    if (breaches.length > 0)
      throw new Error(
        `seed ${seed}: ${breaches.join('; ')}\n${repeatWith((market === 'spot' ? crashesOnSpot : crashes).name, seed)}`,
      );
  }
  return { seeds: seeds.length, ...tally };
}

class Lives {
  readonly #seed: number;
  readonly #scratch: string;
  readonly #plant: CrashPlant;
  readonly #tally: Tally;
  readonly #chance: Chance;
  readonly #world: TradingWorld;
  #base: Base | undefined;
  #kills = 0;

  constructor(seed: number, scratch: string, plant: CrashPlant, tally: Tally, market: Market) {
    this.#seed = seed;
    this.#scratch = scratch;
    this.#plant = plant;
    this.#tally = tally;
    this.#chance = new Chance(seed ^ 0xdead);
    this.#world = new TradingWorld(seed, faultsOf(this.#chance), market);
  }

  /** @returns what did not hold. */
  async run(): Promise<readonly string[]> {
    const world = this.#world;
    const deaths = this.#chance.between(1, 4);
    for (let life = 1; life <= deaths; life++) {
      await this.#live(life);
      if (world.breaches.length > 0) return world.breaches;
      await world.run(world.time.nowUs + this.#chance.between(50_000, 8_000_000));
    }
    await this.#begin(deaths + 1, {});
    await world.settle();
    world.host = undefined;
    if (world.unknowable > 0) this.#tally.toReconcile++;
    this.#tally.orders += world.venue.submits.length;
    this.#tally.replaced += world.venue.replaced;
    this.#tally.fills += world.events.filter((event) => event.kind === 'fill').length;
    return world.breaches;
  }

  #begin(life: number, faults: ModelDiskFaults): { host: JournaledHost; disk: ModelDisk } {
    const root = join(this.#scratch, `disk-${life}`);
    mkdirSync(join(root, 'sessions'), { recursive: true });
    const disk = new ModelDisk(root, faults);
    disk.syncDirectory(root);
    const { hasty = false } = this.#plant;
    const options = { seed: this.#seed, name: `life-${life}`, disk, base: this.#base, hasty };
    const host = new JournaledHost(this.#world, options);
    this.#world.host = host;
    this.#tally.lives++;
    return { host, disk };
  }

  /** One life from its begin to the cut of its power, and what the disk has kept of it. */
  async #live(life: number): Promise<void> {
    const world = this.#world;
    const { host, disk } = this.#begin(life, this.#plant);
    if (this.#chance.is(0.6)) this.#resume();
    const endUs = world.time.nowUs + this.#chance.between(100, this.#chance.is(0.15) ? 20_000 : LIFE_US);
    if (this.#chance.is(0.4)) this.#fillDisk(disk);
    if (this.#chance.is(0.3)) this.#killAt(world.time.nowUs + this.#chance.between(0, LIFE_US), host);
    await this.#runInto(host, endUs);
    this.#checkFailure(host);
    const { durableSeq } = host.recorder.gate;
    const acknowledged = { durableSeq, sent: [...host.sent], kills: this.#kills };
    host.cut();
    const image = join(this.#scratch, `image-${life}`);
    disk.powerCut(this.#seed * 101 + life, image);
    this.#tally.cuts++;
    this.#recover(host, join(image, 'sessions', host.name), acknowledged);
  }

  /** Death comes at any time, and more often than chance would have it just when an order leaves. */
  async #runInto(host: JournaledHost, endUs: number): Promise<void> {
    const world = this.#world;
    const before = host.sent.size;
    const left = this.#chance.is(0.4) ? () => host.sent.size > before : () => false;
    if (await world.run(endUs, left)) await world.run(world.time.nowUs + this.#chance.between(0, 6_000));
  }

  /** The operator types the phrase; what was killed before is not promised any more. */
  #resume(): void {
    if (killStage(this.#world.host.state) !== 'none-open') return;
    this.#kills = 0;
    this.#world.command({ kind: 'resume' });
  }

  #fillDisk(disk: ModelDisk): void {
    const spare = this.#chance.between(0, 10_000);
    this.#world.time.after(this.#chance.between(0, LIFE_US / 4), () => {
      disk.faults = { ...disk.faults, capacityBytes: disk.usedBytes + spare };
    });
  }

  /** A kill is acknowledged when it is on the disk: from then on it outlives every death. */
  #killAt(atUs: number, host: JournaledHost): void {
    const world = this.#world;
    world.time.at(atUs, () => {
      if (!world.isUp || world.host !== host) return;
      world.command({ kind: 'kill' });
      const seq = host.recorder.lastSeq;
      host.recorder.gate.pass({ seq, release: () => void this.#kills++, refuse: () => {} });
    });
  }

  /** Nothing can be recorded: entries are over, whoever the engine has heard of it from. */
  #checkFailure(host: JournaledHost): void {
    if (host.recorder.failure === undefined) return;
    this.#tally.fullDisks++;
    if (killStage(host.state) === 'armed') this.#breach('the journal has failed, and nothing is halted');
  }

  #recover(
    host: JournaledHost,
    directory: string,
    acknowledged: { durableSeq: number; sent: number[]; kills: number },
  ): void {
    const config = busyConfig(this.#seed, this.#world.instruments);
    const submitted = new Set<number>();
    const base = this.#base;
    const start = base && {
      seq: base.from.seq,
      state: base.snapshot.state,
      stateHash: base.from.stateHash,
      mustBeRecorded: false,
    };
    let checkpoints = 0;
    let result: JournalFoldResult;
    try {
      result = foldJournal(directory, {
        config,
        recorded: true,
        start,
        onCheckpoint: () => void checkpoints++,
        onEvent: (event) => {
          if (event.kind === 'order' && event.event === 'submit') submitted.add(event.orderId);
        },
      });
    } catch (cause) {
      this.#breach(`what the disk has kept cannot be read: ${cause instanceof Error ? cause.message : cause}`);
      return;
    }
    const { lastSeq } = result.tail;
    if (result.mismatch !== undefined) this.#breach(`replay: ${result.mismatch}`);
    if (lastSeq < acknowledged.durableSeq)
      this.#breach(`input ${acknowledged.durableSeq} was acknowledged, and the disk ends with ${lastSeq}`);
    for (const id of acknowledged.sent)
      if (!submitted.has(id)) this.#breach(`order ${id} was sent, and nobody knows of it`);
    if (acknowledged.kills > 0 && killStage(result.state) === 'armed')
      this.#breach('a kill was acknowledged and is forgotten');
    this.#compareInputs(host, directory);
    // One that died before it had begun: the next life goes on from what this one was to go on from.
    if (base !== undefined && checkpoints === 0) this.#tally.stillborn++;
    else this.#takeBase(host, directory, result);
  }

  /** What was read back is what was stepped, byte for byte but for what the writer fills in. */
  #compareInputs(host: JournaledHost, directory: string): void {
    const first = (this.#base?.from.seq ?? 0) + 1;
    let kept = 0;
    for (const { type, seq, length, cursor } of readSession(directory)) {
      if (type >= 64) continue;
      const read = Buffer.from(cursor.view.buffer, cursor.view.byteOffset + cursor.offset, length);
      if (!plain(read).equals(plain(host.inputs[seq - first]!))) this.#breach(`input ${seq} is not what was stepped`);
      kept++;
    }
    this.#tally.inputsKept += kept;
    this.#tally.inputsLost += host.inputs.length - kept;
  }

  #takeBase(host: JournaledHost, directory: string, { state, stateHash }: JournalFoldResult): void {
    const snapshot = snapshotOf(state, stateHash);
    const { seq, atUs } = snapshot;
    const from = { session: host.name, seq, atUs, stateHash };
    this.#base = { from, snapshot, unrecorded: this.#unrecorded(host, directory) };
  }

  /** Exits that the last words tell of; of one that they do not, only the venue's own books can. */
  #unrecorded(host: JournaledHost, directory: string): Base['unrecorded'] {
    const found = exitsIn(loadSession(directory).lastWords);
    for (const orderId of host.sentUnrecorded) {
      if (!found.some((each) => each.orderId === orderId)) this.#world.unknowable++;
    }
    this.#tally.unrecordedExits += host.sentUnrecorded.size;
    return found;
  }

  #breach(text: string): void {
    this.#world.breaches.push(text);
  }
}

/** A record without its check sum and how far the file was synced. */
function plain(record: Buffer): Buffer {
  const copy = Buffer.from(record);
  copy.fill(0, 4, 8);
  copy.fill(0, 12, 16);
  return copy;
}

export const crashes: SoakCheck = {
  name: 'crashes',
  holds:
    'no acknowledged input, order or kill is lost by a power cut or a full disk, and the next life comes to know the rest',
  unit: 'seeds',
  full: 1_000,
  run: (count, from) => checkCrashes(Array.from({ length: count }, (_, i) => from + i)),
};

export const crashesOnSpot: SoakCheck = {
  name: 'crashes-spot',
  holds: 'the same where exits take the place of stops in one request: nothing is sold that is not ours',
  unit: 'seeds',
  full: 1_000,
  run: (count, from) =>
    checkCrashes(
      Array.from({ length: count }, (_, i) => from + i),
      {},
      'spot',
    ),
};
