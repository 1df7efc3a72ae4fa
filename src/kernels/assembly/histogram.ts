/** Sums of derivatives by bin, for trees; addresses are bytes. First and second derivative are the two lanes of a vector. */

/** Bytes of a pair of float64, of the bins of a feature, and of those of a group of four. */
const PAIR_BYTES: usize = 16;
const COLUMN_BYTES: usize = 256 * PAIR_BYTES;
const GROUP_BYTES: usize = 4 * COLUMN_BYTES;
/** log₂ of the bytes of a word and of a pair. */
const WORD_SHIFT: usize = 2;
const PAIR_SHIFT: usize = 4;

function add(at: usize, pair: v128): void {
  v128.store(at, f64x2.add(v128.load(at), pair));
}

export function fillHistogram(sums: usize, words: usize, rows: usize, pairs: usize, count: i32): void {
  memory.fill(sums, 0, GROUP_BYTES);
  for (let k: usize = 0; k < (count as usize); k++) {
    const row: usize = load<u32>(rows + (k << WORD_SHIFT));
    const word: usize = load<u32>(words + (row << WORD_SHIFT));
    const pair = v128.load(pairs + (k << PAIR_SHIFT));
    add(sums + ((word & 255) << PAIR_SHIFT), pair);
    add(sums + COLUMN_BYTES + (((word >> 8) & 255) << PAIR_SHIFT), pair);
    add(sums + 2 * COLUMN_BYTES + (((word >> 16) & 255) << PAIR_SHIFT), pair);
    add(sums + 3 * COLUMN_BYTES + ((word >> 24) << PAIR_SHIFT), pair);
  }
}

export function subtractHistogram(sums: usize, others: usize): void {
  for (let at: usize = 0; at < GROUP_BYTES; at += PAIR_BYTES) {
    v128.store(sums + at, f64x2.sub(v128.load(sums + at), v128.load(others + at)));
  }
}
