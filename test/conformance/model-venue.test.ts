/** The simulation's venue must keep what adapters to real ones must keep: else what it proves of the engine is no proof. */
import { modelRig } from './model-rig.ts';
import { conformsToTradingVenue } from './trading-venue.ts';

conformsToTradingVenue("the simulation's venue", modelRig);
