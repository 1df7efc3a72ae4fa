/** Reference kernels of multi-head attention (Vaswani et al. 2017), forward and back. */
import type { Arithmetic } from './arithmetic.ts';
import { type Floats, type Kernels, paddedTokens } from './kernels.ts';

type AttentionKernels = Pick<Kernels, 'attention' | 'attentionBackward'>;

/** What forward and back are made of. */
function partsOf(floats: Floats, { round, exp }: Arithmetic) {
  const lanes = new Float64Array(4);
  const sumLanes = (): number => round(round(lanes[0]! + lanes[1]!) + round(lanes[2]! + lanes[3]!));

  /** Σ over d of row[d] · other[d]. */
  const product = (row: number, other: number, headWidth: number): number => {
    let sum = 0;
    for (let d = 0; d < headWidth; d++) sum = round(sum + round(floats[row + d]! * floats[other + d]!));
    return sum;
  };
  /** to[d] = Σ over u of weights[u] · rows[u][d]. */
  const mix = (weights: number, rows: number, step: number, to: number, tokens: number, headWidth: number): void => {
    for (let d = 0; d < headWidth; d++) {
      let sum = 0;
      for (let u = 0; u < tokens; u++) sum = round(sum + round(floats[weights + u]! * floats[rows + u * step + d]!));
      floats[to + d] = sum;
    }
  };
  /** rows[u][d] += weights[u] · row[d]. */
  const spread = (
    weights: number,
    row: number,
    rows: number,
    step: number,
    tokens: number,
    headWidth: number,
  ): void => {
    for (let u = 0; u < tokens; u++) {
      for (let d = 0; d < headWidth; d++) {
        const to = rows + u * step + d;
        floats[to] = round(floats[to]! + round(floats[weights + u]! * floats[row + d]!));
      }
    }
  };
  /** Products become shares that sum to one. */
  const softmax = (row: number, tokens: number): void => {
    let most = floats[row]!;
    for (let u = 1; u < tokens; u++) most = Math.max(most, floats[row + u]!);
    lanes.fill(0);
    for (let u = 0; u < tokens; u++) {
      const share = exp(round(floats[row + u]! - most));
      floats[row + u] = share;
      lanes[u & 3] = round(lanes[u & 3]! + share);
    }
    const part = round(1 / sumLanes());
    for (let u = 0; u < tokens; u++) floats[row + u] = round(floats[row + u]! * part);
    for (let u = tokens; u < paddedTokens(tokens); u++) floats[row + u] = 0;
  };
  /** Slopes by the shares become slopes by the products of query and keys. */
  const softmaxBackward = (shares: number, slopes: number, tokens: number, scale: number): void => {
    lanes.fill(0);
    for (let u = 0; u < tokens; u++)
      lanes[u & 3] = round(lanes[u & 3]! + round(floats[shares + u]! * floats[slopes + u]!));
    const mean = sumLanes();
    for (let u = 0; u < tokens; u++) {
      floats[slopes + u] = round(round(floats[shares + u]! * round(floats[slopes + u]! - mean)) * scale);
    }
  };

  return { product, mix, spread, softmax, softmaxBackward };
}

/** The functions over `floats`, rounded as `arithmetic` says. */
export function attentionKernels(floats: Floats, arithmetic: Arithmetic): AttentionKernels {
  const { round } = arithmetic;
  const { product, mix, spread, softmax, softmaxBackward } = partsOf(floats, arithmetic);
  return {
    attention(projected, shares, output, _scratch, sequences, heads, tokens, headWidth) {
      const width = heads * headWidth;
      const step = 3 * width;
      const scale = round(1 / round(Math.sqrt(headWidth)));
      for (let item = 0; item < sequences * heads; item++) {
        const first = Math.floor(item / heads) * tokens;
        const at = (item % heads) * headWidth;
        const queries = projected + first * step + at;
        for (let t = 0; t < tokens; t++) {
          const row = shares + (item * tokens + t) * paddedTokens(tokens);
          for (let u = 0; u < tokens; u++) {
            const score = product(queries + t * step, queries + width + u * step, headWidth);
            floats[row + u] = round(score * scale);
          }
          softmax(row, tokens);
          mix(row, queries + 2 * width, step, output + (first + t) * width + at, tokens, headWidth);
        }
      }
    },
    attentionBackward(projected, shares, outputGradient, gradient, scratch, sequences, heads, tokens, headWidth) {
      const width = heads * headWidth;
      const step = 3 * width;
      const scale = round(1 / round(Math.sqrt(headWidth)));
      const slopes = scratch + headWidth * paddedTokens(tokens);
      floats.fill(0, gradient, gradient + sequences * tokens * step);
      for (let item = 0; item < sequences * heads; item++) {
        const first = Math.floor(item / heads) * tokens;
        const at = (item % heads) * headWidth;
        const queries = projected + first * step + at;
        const below = gradient + first * step + at;
        for (let t = 0; t < tokens; t++) {
          const row = shares + (item * tokens + t) * paddedTokens(tokens);
          const above = outputGradient + (first + t) * width + at;
          for (let u = 0; u < tokens; u++) {
            floats[slopes + u] = product(above, queries + 2 * width + u * step, headWidth);
          }
          spread(row, above, below + 2 * width, step, tokens, headWidth);
          softmaxBackward(row, slopes, tokens, scale);
          mix(slopes, queries + width, step, below + t * step, tokens, headWidth);
          spread(slopes, queries + t * step, below + width, step, tokens, headWidth);
        }
      }
    },
  };
}
