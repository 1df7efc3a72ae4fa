/** The producers that speak of readings of slow sources: funding, social media and large transfers. */
import { F, READING } from '../domain/index.ts';
import type { Heard } from './heard.ts';
import { decide, type Producer } from './producer.ts';

/** Beyond these the index is extreme (alternative.me, "Crypto Fear & Greed Index"). */
const EXTREME_FEAR = 25;
const EXTREME_GREED = 75;
/** Ranks that count as searched for much. */
const TRENDING_RANK = 10;

/**
 * The crowd of a perpetual that pays much to hold its side is crowded, and is bet against: longs pay where the rate is above
 * zero. Carry of this size went before the losses of those who paid it (Schmeling, Schrimpf and Todorov, "Crypto Carry",
 * BIS Working Paper 1087, 2023).
 */
export const fundingProducer: Producer = {
  needs: [F.funding],
  source: 'readings',
  reading: READING.funding,
  judge(read, _velocity, limits, out) {
    const ppm = read(F.funding) * 1e6;
    const size = Math.abs(ppm);
    decide(out, size >= limits.fundingPpm ? -ppm : 0, (3 * size) / limits.fundingPpm, ppm, limits.fundingPpm);
  },
};

/**
 * Talk that is much more than usual, and of one mind, moves the price its way for a while (Antweiler and Frank, "Is All That
 * Talk Just Noise?", 2004; Da, Engelberg and Gao, "In Search of Attention", 2011). Conviction 2 at both limits, more with
 * more talk and more of one mind; then one more for news of the same mind and one for a rank among what is searched for, one
 * less for news of another mind and one where the index says that the crowd is there already.
 */
export const socialProducer: Producer = {
  needs: [],
  source: 'readings',
  reading: READING.social,
  judge(_read, _velocity, limits, out, heard) {
    const sentiment = heard.value(READING.social);
    const score = heard.mentionScore;
    const loud = score >= limits.socialMentionsZ && Math.abs(sentiment) >= limits.socialSentiment;
    const direction = loud ? Math.sign(sentiment) : 0;
    const beyond = score - limits.socialMentionsZ + 5 * (Math.abs(sentiment) - limits.socialSentiment);
    decide(out, direction, 2 + beyond + backing(heard, direction), sentiment, score);
  },
};

/** What the other sources add to the conviction of social media's direction, −2 to 2. */
function backing(heard: Heard, direction: number): number {
  let sum = 0;
  if (heard.standing(READING.news) === 'known') sum += Math.sign(heard.value(READING.news) * direction);
  if (heard.standing(READING.trending) === 'known' && heard.value(READING.trending) <= TRENDING_RANK) sum += 1;
  if (heard.standing(READING.fearGreed) === 'known') {
    const index = heard.value(READING.fearGreed);
    if (direction > 0 ? index >= EXTREME_GREED : index <= EXTREME_FEAR) sum -= 1;
  }
  return sum;
}

/**
 * Coins that leave exchanges are kept, coins that come are for sale: the net of large transfers over all of them, where they
 * are large enough together (definition of this engine, after the netflow of on-chain analysts).
 */
export const whaleProducer: Producer = {
  needs: [],
  source: 'readings',
  reading: READING.whale,
  judge(_read, _velocity, limits, out, heard) {
    const moved = heard.second(READING.whale);
    const share = moved > 0 ? heard.value(READING.whale) / moved : 0;
    const speaks = moved >= limits.whaleWorth && Math.abs(share) >= limits.whaleShare;
    decide(out, speaks ? share : 0, Math.abs(share) * 8, share, moved);
  },
};
