/** Long checks of the live host against the loopback exchange: processes shot while they trade. */
import { liveKills } from '../sim/live/kills.ts';
import { repeatWith, type SoakCheck } from './check.ts';
import { numbers } from './figures.ts';

const kills: SoakCheck = {
  name: 'live-kills',
  holds:
    'a live host shot around a send: nothing sent twice or without a journal, what is open asked for, both books equal',
  unit: 'kills',
  full: 500,
  async run(count, from) {
    const figures = await liveKills(count, from);
    if (figures.faults.length > 0) throw new Error(`${figures.faults.join('; ')}; ${repeatWith('live-kills', from)}`);
    return numbers(figures);
  },
};

export const liveChecks: readonly SoakCheck[] = [kills];
