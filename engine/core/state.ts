/** The whole engine state: all columns, made once from the configuration, and the fixed parts around them. */
import {
  blockerBits,
  COMBINATIONS,
  configHash,
  controlIndex,
  type EngineConfig,
  FEATURE_SCHEMA_HASH,
  type Instrument,
  MODEL_ID_WORDS,
  MODEL_KINDS,
  modelIdWords,
  Outbox,
  type Policy,
  parseMoney,
  prepareInstrument,
  tomesOf,
  WEIGHTINGS,
  writeMoney,
} from '../domain/index.ts';
import {
  ACCOUNT,
  AccountTable,
  BarTable,
  BookTable,
  ControlTable,
  ExecutionTable,
  FeatureTable,
  GovernorTable,
  MarketTable,
  ModelTable,
  ORDER_TIMES_KEPT,
  OrderTable,
  PositionTable,
  ProposalTable,
  ReadingTable,
  ShadowTable,
  SignalTable,
  StrategyTable,
  SupervisionTable,
} from '../domain/tables/index.ts';
import { Arena } from '../kernel/arena.ts';
import { assert } from '../kernel/assert.ts';
import { hashInit, hashText } from '../kernel/hash.ts';
import { IndicatorTable } from '../market/features/slots.ts';
import { type PreparedStrategy, prepareStrategies } from '../strategies/prepared.ts';
import { startWeights } from '../strategies/weights.ts';

/** Everything mutable is a column of `arena`; the rest never changes after construction. */
export interface EngineState {
  readonly config: EngineConfig;
  readonly instruments: readonly Instrument[];
  /** In the order of the table's columns. */
  readonly strategies: readonly PreparedStrategy[];
  readonly arena: Arena;
  readonly control: ControlTable;
  readonly market: MarketTable;
  readonly books: BookTable;
  readonly bars: BarTable;
  readonly features: FeatureTable;
  readonly indicators: IndicatorTable;
  readonly readings: ReadingTable;
  readonly signals: SignalTable;
  readonly models: ModelTable;
  readonly watch: SupervisionTable;
  readonly strategyTable: StrategyTable;
  readonly proposals: ProposalTable;
  readonly governor: GovernorTable;
  readonly orders: OrderTable;
  readonly positions: PositionTable;
  readonly executions: ExecutionTable;
  readonly shadow: ShadowTable;
  readonly account: AccountTable;
  readonly outbox: Outbox;
}

/** Nothing has been compared with an external venue, and nobody has typed the code. */
export const NOT_READY = blockerBits(['account', 'disarmed']);

/** Makes the state at sequence 0. The schema at the edge has checked the configuration. */
export function createState(config: EngineConfig): EngineState {
  assert(config.instruments.length > 0 && config.instruments.length < 0xffff, 'a run needs instruments');
  assert(config.barIntervalUs > 0 && Number.isSafeInteger(config.barIntervalUs), 'bar interval');
  checkPolicy(config.policy);
  const arena = new Arena();
  const n = config.instruments.length;
  const strategies = prepareStrategies(tomesOf(config), config.policy.decision);
  const state: EngineState = {
    config,
    instruments: config.instruments.map((spec, i) => prepareInstrument(spec, i, config.accountCurrency)),
    strategies,
    arena,
    control: new ControlTable(arena),
    market: new MarketTable(arena, n),
    books: new BookTable(arena, n, config.bookLevels),
    bars: new BarTable(arena, n),
    features: new FeatureTable(arena, n),
    indicators: new IndicatorTable(arena, n, config.barIntervalUs),
    readings: new ReadingTable(arena, n),
    signals: new SignalTable(arena, n),
    models: new ModelTable(arena, n),
    watch: new SupervisionTable(arena, n),
    strategyTable: new StrategyTable(arena, n, strategies.length),
    proposals: new ProposalTable(arena),
    governor: new GovernorTable(arena, n),
    orders: new OrderTable(arena, n),
    positions: new PositionTable(arena, n),
    executions: new ExecutionTable(arena, config.venue === 'external'),
    shadow: new ShadowTable(arena, n, config.venue === 'external'),
    account: new AccountTable(arena),
    outbox: new Outbox(),
  };
  initialise(state);
  return state;
}

/** What exact arithmetic and the counters ask of a policy; whether a figure is wise is judged where it is set. */
function checkPolicy({ risk, execution, paper, live, decision }: Policy): void {
  for (const [name, value] of Object.entries({ ...risk, ...execution, ...paper, ...live })) {
    if (!/(?:Ppm|Us)$/.test(name)) continue;
    assert(Number.isSafeInteger(value) && Number(value) >= 0, `policy: ${name} is ${value}, no whole number from 0`);
  }
  const { combination, weighting } = decision;
  assert(COMBINATIONS.includes(combination), `policy: combination is ${combination}`);
  assert(WEIGHTINGS.includes(weighting), `policy: weighting is ${weighting}`);
  const { maxOrdersPerMinute } = risk;
  assert(maxOrdersPerMinute <= ORDER_TIMES_KEPT, `policy: maxOrdersPerMinute is over ${ORDER_TIMES_KEPT}`);
}

function initialise(state: EngineState): void {
  const { config, control, signals, models, account } = state;
  hashInit(control.inputHash);
  const digest = configHash(config);
  for (let i = 0; i < 4; i++) control.configHash[i] = Number.parseInt(digest.slice(i * 8, i * 8 + 8), 16) | 0;
  control.control[0] = controlIndex(config.control);
  control.nextId.fill(1);
  signals.weight.set(config.policy.decision.producerWeights);
  signals.enabled.fill(1);
  startWeights(state.strategies, state.strategyTable);
  for (const [k, kind] of MODEL_KINDS.entries()) {
    models.id.set(modelIdWords(config.models?.[kind]), k * MODEL_ID_WORDS);
  }
  if (config.venue === 'external') control.blockers[0] = NOT_READY;
  const cash = parseMoney(config.startingCash);
  assert(cash !== undefined && cash > 0n, 'starting cash');
  for (const row of [ACCOUNT.cash, ACCOUNT.equity, ACCOUNT.peakEquity, ACCOUNT.dayOpenEquity]) {
    writeMoney(account.money, row, cash);
  }
}

/** Hash of the state's layout and of what its features mean: snapshots of another schema are refused. */
export function schemaHash(state: EngineState): string {
  return hashText(`${state.arena.describe()}\n${FEATURE_SCHEMA_HASH}`);
}
