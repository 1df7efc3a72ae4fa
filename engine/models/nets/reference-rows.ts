/** Reference kernels that go element by element or row by row: activations, layer normalisation, the step of Adam. */
import type { Arithmetic } from './arithmetic.ts';
import type { Floats, Kernels } from './kernels.ts';

type ElementKernels = Pick<Kernels, 'reluBackward' | 'gelu' | 'geluBackward' | 'adam'>;
type NormKernels = Pick<Kernels, 'layerNorm' | 'layerNormBackward'>;

/** The functions over `floats`, rounded as `arithmetic` says. */
export function rowKernels(floats: Floats, arithmetic: Arithmetic): ElementKernels & NormKernels {
  return { ...elementKernels(floats, arithmetic), ...normKernels(floats, arithmetic) };
}

/** Up to whole vectors, as the compiled kernels go. */
function wholeVectors(count: number): number {
  return (count + 3) & ~3;
}

function elementKernels(floats: Floats, { round, exp }: Arithmetic): ElementKernels {
  const slope = round(1.702);
  return {
    reluBackward(activation, gradient, count) {
      for (let i = 0; i < wholeVectors(count); i++) if (!(floats[activation + i]! > 0)) floats[gradient + i] = 0;
    },
    gelu(u, gate, y, count) {
      for (let i = 0; i < wholeVectors(count); i++) {
        const open = round(1 / round(1 + exp(round(floats[u + i]! * -slope))));
        floats[gate + i] = open;
        floats[y + i] = round(floats[u + i]! * open);
      }
    },
    geluBackward(u, gate, gradient, count) {
      for (let i = 0; i < wholeVectors(count); i++) {
        const open = floats[gate + i]!;
        const bend = round(round(floats[u + i]! * slope) * round(1 - open));
        floats[gradient + i] = round(floats[gradient + i]! * round(open * round(1 + bend)));
      }
    },
    adam(weights, gradients, firsts, seconds, count, rate, correction, keep) {
      for (let i = 0; i < wholeVectors(count); i++) {
        const g = floats[gradients + i]!;
        const first = round(round(round(0.9) * floats[firsts + i]!) + round(round(0.1) * g));
        const square = round(round(0.001) * round(g * g));
        const second = round(round(round(0.999) * floats[seconds + i]!) + square);
        const spread = round(round(Math.sqrt(round(second * round(correction)))) + round(1e-8));
        const step = round(round(round(rate) * first) / spread);
        floats[firsts + i] = first;
        floats[seconds + i] = second;
        floats[weights + i] = round(round(floats[weights + i]! * round(keep)) - step);
        floats[gradients + i] = 0;
      }
    },
  };
}

function normKernels(floats: Floats, { round }: Arithmetic): NormKernels {
  const epsilon = round(1e-5);
  const lanes = new Float64Array(4);
  const sumLanes = (): number => round(round(lanes[0]! + lanes[1]!) + round(lanes[2]! + lanes[3]!));
  const add = (i: number, term: number): void => {
    lanes[i & 3] = round(lanes[i & 3]! + term);
  };
  return {
    layerNorm(x, y, normal, inverse, gain, shift, rows, width) {
      const share = round(1 / width);
      for (let row = 0; row < rows; row++) {
        const at = row * width;
        lanes.fill(0);
        for (let i = 0; i < width; i++) add(i, floats[x + at + i]!);
        const mean = round(sumLanes() * share);
        lanes.fill(0);
        for (let i = 0; i < width; i++) {
          const off = round(floats[x + at + i]! - mean);
          add(i, round(off * off));
        }
        const scale = round(1 / round(Math.sqrt(round(round(sumLanes() * share) + epsilon))));
        floats[inverse + row] = scale;
        for (let i = 0; i < width; i++) {
          const h = round(round(floats[x + at + i]! - mean) * scale);
          floats[normal + at + i] = h;
          floats[y + at + i] = round(floats[shift + i]! + round(h * floats[gain + i]!));
        }
      }
    },
    layerNormBackward(gradient, normal, inverse, gain, inputGradient, gainGradient, shiftGradient, rows, width) {
      const share = round(1 / width);
      const along = new Float64Array(4);
      for (let row = 0; row < rows; row++) {
        const at = row * width;
        lanes.fill(0);
        along.fill(0);
        for (let i = 0; i < width; i++) {
          const slope = floats[gradient + at + i]!;
          const h = floats[normal + at + i]!;
          floats[gainGradient + i] = round(floats[gainGradient + i]! + round(slope * h));
          floats[shiftGradient + i] = round(floats[shiftGradient + i]! + slope);
          const weighted = round(slope * floats[gain + i]!);
          add(i, weighted);
          along[i & 3] = round(along[i & 3]! + round(weighted * h));
        }
        const mean = round(sumLanes() * share);
        lanes.set(along);
        const tilt = round(sumLanes() * share);
        const scale = floats[inverse + row]!;
        for (let i = 0; i < width; i++) {
          const weighted = round(floats[gradient + at + i]! * floats[gain + i]!);
          const rest = round(round(weighted - mean) - round(floats[normal + at + i]! * tilt));
          floats[inputGradient + at + i] = round(floats[inputGradient + at + i]! + round(scale * rest));
        }
      }
    },
  };
}
