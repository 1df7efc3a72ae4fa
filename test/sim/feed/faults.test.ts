/** What a feed must stand, in virtual time: small counts of what the soak runs long, and faults that must be noticed. */
import { describe, expect, it } from 'vitest';
import { RECORD } from '../../../engine/domain/index.ts';
import { absence, corruption, handOver, sequenceFaults, silence } from './faults.ts';
import {
  doesNotOverlap,
  hearsNoQuotes,
  hidesHoles,
  sameForAll,
  takesPongsForData,
  tellsNoGaps,
  triesByItself,
} from './plants.ts';

describe.each([
  ['USD-M', 1],
  ['spot', 2],
])('a feed of %s', (_, seed) => {
  it('tells of changes that are lost, doubled or out of order within 100 ms, and has the book back within 5 s', () => {
    const figures = sequenceFaults(30, seed);
    for (const [name, value] of Object.entries(figures)) expect(value, name).toBeGreaterThan(0);
  });

  it('is stale when pongs come and no data, and nobody enters', () => {
    expect(silence(2, seed)).toMatchObject({ silences: 2, entriesMeanwhile: 0 });
  });

  it('takes over from one connection to the next without missing or doubling anything', () => {
    expect(handOver(3, seed).trades).toBeGreaterThan(50);
  });

  it('asks anew for a book that cannot be true', () => {
    const figures = corruption(12, seed);
    for (const [name, value] of Object.entries(figures)) expect(value, name).toBeGreaterThan(0);
  });
});

it('a venue that is away is tried at most 60 times in five minutes, at times of its own', () => {
  expect(absence(1, 4).mostIn5Minutes).toBeLessThanOrEqual(60);
});

it('a venue that ends each connection is not asked more often either', () => {
  expect(absence(1, 3).mostIn5Minutes).toBeLessThanOrEqual(60);
});

describe('the checks notice a feed that', () => {
  it.each([
    ['hides holes in a book', () => sequenceFaults(30, 1, hidesHoles), /no gap within 100 ms/],
    ['keeps gaps from the engine', () => sequenceFaults(30, 2, tellsNoGaps(RECORD.gap)), /no gap|entry/],
    ['takes pongs for data', () => silence(1, 1, takesPongsForData), /not stale/],
    ['goes on with the prices of before', () => silence(1, 1, tellsNoGaps(RECORD.gap)), /still knows prices/],
    ['has the pauses of all others', () => absence(1, 4, sameForAll), /at the same times/],
    ['connects behind the limit’s back', () => absence(1, 4, triesByItself), /connects in five minutes/],
    ['ends a connection before the next one stands', () => handOver(2, 1, doesNotOverlap), /gaps|follows/],
    ['hears of no best prices', () => corruption(30, 1, hearsNoQuotes), /not noticed|an entry/],
  ])('%s', (_, run, noticed) => {
    expect(run).toThrow(noticed);
  });
});
