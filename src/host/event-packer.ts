/** Puts the events of a replay away as compressed JSON: a session of many million inputs has a great many of them. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { EventPacker, IndexedEvent } from '../../engine/index.ts';

const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export const ZSTD_PACKER: EventPacker = {
  pack: (events) => zstdCompressSync(JSON.stringify(events), FAST),
  unpack: (packed) => JSON.parse(zstdDecompressSync(packed as Buffer).toString()) as IndexedEvent[],
};
