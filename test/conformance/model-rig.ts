/** The simulation's venue as a rig for the checks of conformance. */
import type { VenueInstrument } from '../../src/venues/venue-instrument.ts';
import { linearSpec, START_US } from '../fixtures/engine-session.ts';
import { ModelVenue } from '../sim/world/model-venue.ts';
import { Chance, VirtualTime } from '../sim/world/virtual-time.ts';
import { ModelTradingVenue } from './model-trading-venue.ts';
import type { TradingRig } from './trading-rig.ts';

const NONE = { least: '0', most: '0', step: '0' };
const INSTRUMENT: VenueInstrument = {
  spec: linearSpec(),
  rules: {
    price: NONE,
    quantity: NONE,
    marketQuantity: NONE,
    minNotional: '0',
    minNotionalForMarket: false,
    priceBand: undefined,
  },
  trading: true,
};

export async function modelRig(): Promise<TradingRig> {
  const time = new VirtualTime(START_US);
  const model = new ModelVenue(time, new Chance(3), 1);
  const touch = { bid: 99_999, ask: 100_001 };
  model.setTouch(0, touch.bid, touch.ask);
  const venue = new ModelTradingVenue(model, time, 1);
  return {
    venue,
    instrument: INSTRUMENT,
    currency: 'USDT',
    lots: 40,
    deepLots: 400,
    margined: true,
    nowUs: () => time.nowUs,
    touch: () => touch,
    async until(done) {
      const untilUs = time.nowUs + 60_000_000;
      while (!done()) {
        if (time.nextAtUs > untilUs || !time.step()) {
          // Nothing is planned: time itself may be what is waited for.
          time.nowUs = Math.min(time.nowUs + 100_000, untilUs);
          if (time.nowUs === untilUs) return done();
        }
      }
      return true;
    },
    goAway() {
      model.setTouch(0, touch.bid + 500, touch.ask + 500);
      time.after(2_000_000, () => model.setTouch(0, touch.bid, touch.ask));
    },
    busy(isBusy) {
      model.isBusy = isBusy;
    },
    loseReply() {
      venue.losesReply = true;
    },
    submits: () => model.submits.length,
    replacements: () => model.replaced,
    async stop() {},
  };
}
