/** The fear and greed index as alternative.me gives it: one number a day for the whole market, without a key. */
import { z } from 'zod';
import { NO_INSTRUMENT } from '../../../engine/domain/index.ts';
import { numberOf, replyOf, timeOf } from '../reply.ts';
import type { SlowSource } from '../slow-source.ts';

export const FEAR_GREED_URL = 'https://api.alternative.me';

const Reply = z.looseObject({
  data: z
    .array(z.looseObject({ value: z.string().max(16), timestamp: z.string().max(16) }))
    .min(1)
    .max(10),
});

export function fearGreedIndex({ url, everyUs }: { readonly url: string; readonly everyUs: number }): SlowSource {
  return {
    gives: 'fear-greed',
    provider: 'alternative.me',
    perMinute: 10,
    instruments: [NO_INSTRUMENT],
    everyUs,
    request: () => ({ url: `${url}/fng/?limit=1`, headers: {} }),
    read: (body) => {
      const { value, timestamp } = replyOf(Reply, body).data[0]!;
      const providerUs = timeOf(timestamp);
      return [{ instrument: NO_INSTRUMENT, providerUs, value: numberOf(value, 'the index'), second: 0 }];
    },
  };
}
