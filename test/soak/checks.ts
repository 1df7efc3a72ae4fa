/** Every long check, in the order in which they run. A new one is added here and nowhere else. */
import { secondEngine } from '../e2e/second-engine.ts';
import { determinism } from '../sim/determinism.ts';
import { hostileFiles } from '../sim/hostile.ts';
import { restart } from '../sim/restart.ts';
import { crashes, crashesOnSpot } from '../sim/world/crashes.ts';
import { killAtVenue } from '../sim/world/kill-at-venue.ts';
import { messages, messagesOnSpot } from '../sim/world/messages.ts';
import { brokerChecks } from './broker.ts';
import type { SoakCheck } from './check.ts';
import { consoleChecks } from './console.ts';
import { programChecks } from './console-program.ts';
import { exchangeChecks } from './exchange.ts';
import { exchangeModelChecks } from './exchange-model.ts';
import { feedChecks } from './feeds.ts';
import { journalChecks } from './journal.ts';
import { killChecks } from './kill.ts';
import { liveChecks } from './live.ts';
import { modelChecks } from './models.ts';
import { reconcileChecks } from './reconcile.ts';
import { storeChecks } from './stores.ts';

export const CHECKS: readonly SoakCheck[] = [
  messages,
  messagesOnSpot,
  killAtVenue,
  crashes,
  crashesOnSpot,
  restart,
  determinism,
  secondEngine,
  hostileFiles,
  ...journalChecks,
  ...storeChecks,
  ...killChecks,
  ...consoleChecks,
  ...programChecks,
  ...brokerChecks,
  ...exchangeChecks,
  ...exchangeModelChecks,
  ...feedChecks,
  ...reconcileChecks,
  ...liveChecks,
  ...modelChecks,
];
