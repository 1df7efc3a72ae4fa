/** The tables of `brain.db`: what sessions have decided and done, a row for each fact, drawn from their journals alone. */

/** `decimal` is exact decimal text; `flag` is 0 or 1; `us` is a time in µs since 1970. */
export type ColumnType = 'text' | 'decimal' | 'integer' | 'real' | 'flag' | 'us';
export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

export interface Table {
  readonly name: string;
  /** In order. Every table begins with the session's name. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly key: readonly string[];
}

/** Raised with every change of the tables or of what is put into them: a file of another version is made anew. */
export const BRAIN_VERSION = 6;

/** Facts that happen once are numbered by the journal's outputs: `output` 7 is the seventh of its session. */
const FACT = { session: 'text', output: 'integer', seq: 'integer', at_us: 'us' } as const;
const FACT_KEY = ['session', 'output'];

export const SESSIONS: Table = {
  name: 'sessions',
  columns: {
    session: 'text',
    kind: 'text',
    venue: 'text',
    account_currency: 'text',
    created_at: 'text',
    build: 'text',
    control: 'text',
    policy_version: 'integer',
    starting_cash: 'decimal',
    complete: 'flag',
    inputs: 'integer',
    last_us: 'us',
    state_hash: 'text',
    fault: 'text',
  },
  key: ['session'],
};

/** How far each session has been read: no part of what is compared or exported. */
export const PROGRESS: Table = {
  name: 'progress',
  columns: {
    session: 'text',
    segment: 'integer',
    from_seq: 'integer',
    notes: 'integer',
    through_seq: 'integer',
    outputs: 'integer',
  },
  key: ['session'],
};

/** The tables with a session's rows; each is a file of its export. */
export const FACTS = {
  decisions: {
    name: 'decisions',
    columns: {
      ...FACT,
      decision_id: 'integer',
      symbol: 'text',
      side: 'text',
      regime: 'text',
      price: 'decimal',
      quantity: 'decimal',
      score: 'real',
      consensus: 'real',
      confidence: 'real',
      disagreement: 'real',
      ensemble_score: 'real',
      ensemble_consensus: 'real',
      ensemble_confidence: 'real',
      ensemble_disagreement: 'real',
      models_speaking: 'integer',
      equity: 'decimal',
      risk_budget: 'decimal',
      verdict: 'text',
      vetoed_by: 'text',
    },
    key: FACT_KEY,
  },
  votes: {
    name: 'votes',
    columns: {
      session: 'text',
      decision_id: 'integer',
      producer: 'text',
      direction: 'integer',
      conviction: 'integer',
      weight: 'real',
      contribution: 'real',
      status: 'text',
      first_evidence: 'real',
      second_evidence: 'real',
    },
    key: ['session', 'decision_id', 'producer'],
  },
  /** What each model said of a decision: `chance` of a rise, none where it abstained; those in the shadow do not count. */
  modelVotes: {
    name: 'model_votes',
    columns: {
      session: 'text',
      decision_id: 'integer',
      model: 'text',
      role: 'text',
      model_id: 'text',
      status: 'text',
      chance: 'real',
      vote: 'real',
      weight: 'real',
      contribution: 'real',
    },
    key: ['session', 'decision_id', 'model', 'role'],
  },
  /** Which model stands in which place from when on, and why; `output` 0 is the start. */
  models: {
    name: 'models',
    columns: {
      ...FACT,
      model: 'text',
      role: 'text',
      model_id: 'text',
      name: 'text',
      before_id: 'text',
      reason: 'text',
    },
    key: ['session', 'output', 'model', 'role'],
  },
  /** A model that has drifted: what has, how far, and the feature that has moved farthest. */
  modelDrift: {
    name: 'model_drift',
    columns: {
      ...FACT,
      model: 'text',
      role: 'text',
      model_id: 'text',
      what: 'text',
      value: 'real',
      limit_value: 'real',
      feature: 'text',
      feature_index: 'real',
      feature_distance: 'real',
    },
    key: FACT_KEY,
  },
  /** What each strategy that counts said of a decision. */
  strategies: {
    name: 'strategies',
    columns: {
      session: 'text',
      decision_id: 'integer',
      strategy: 'text',
      direction: 'integer',
      weight: 'real',
      rule: 'text',
    },
    key: ['session', 'decision_id', 'strategy'],
  },
  gates: {
    name: 'gates',
    columns: {
      session: 'text',
      decision_id: 'integer',
      place: 'integer',
      gate: 'text',
      verdict: 'text',
      value: 'real',
      limit_value: 'real',
      quantity_after: 'decimal',
    },
    key: ['session', 'decision_id', 'place'],
  },
  proposals: {
    name: 'proposals',
    columns: {
      session: 'text',
      proposal_id: 'integer',
      revision: 'integer',
      decision_id: 'integer',
      symbol: 'text',
      side: 'text',
      quantity: 'decimal',
      cut_quantity: 'decimal',
      limit_price: 'decimal',
      stop_price: 'decimal',
      target_price: 'decimal',
      opened_us: 'us',
      expires_us: 'us',
      outcome: 'text',
      gate: 'text',
      closed_us: 'us',
    },
    key: ['session', 'proposal_id'],
  },
  orders: {
    name: 'orders',
    columns: {
      session: 'text',
      order_id: 'integer',
      decision_id: 'integer',
      symbol: 'text',
      side: 'text',
      quantity: 'decimal',
      limit_price: 'decimal',
      reduce_only: 'flag',
      clearance: 'text',
      purpose: 'text',
      created_us: 'us',
      state: 'text',
      updated_us: 'us',
    },
    key: ['session', 'order_id'],
  },
  orderEvents: {
    name: 'order_events',
    columns: { ...FACT, order_id: 'integer', event: 'text', from_state: 'text', to_state: 'text' },
    key: FACT_KEY,
  },
  fills: {
    name: 'fills',
    columns: {
      ...FACT,
      order_id: 'integer',
      decision_id: 'integer',
      symbol: 'text',
      side: 'text',
      quantity: 'decimal',
      price: 'decimal',
      fee: 'decimal',
      maker: 'flag',
      assumed: 'flag',
    },
    key: FACT_KEY,
  },
  trades: {
    name: 'trades',
    columns: {
      ...FACT,
      decision_id: 'integer',
      symbol: 'text',
      side: 'text',
      realised: 'decimal',
      fees: 'decimal',
      opened_us: 'us',
    },
    key: FACT_KEY,
  },
  commands: {
    name: 'commands',
    columns: {
      session: 'text',
      seq: 'integer',
      at_us: 'us',
      command: 'text',
      source: 'text',
      subject: 'text',
      refused: 'text',
    },
    key: ['session', 'seq'],
  },
  suggestions: {
    name: 'suggestions',
    columns: {
      session: 'text',
      suggestion_id: 'integer',
      action: 'text',
      producer: 'text',
      regime: 'text',
      weight_now: 'real',
      weight_then: 'real',
      samples: 'integer',
      mean_edge_ppm: 'real',
      mean_cost_ppm: 'real',
      t_statistic: 'real',
      hit_rate: 'real',
      made_us: 'us',
      outcome: 'text',
      closed_us: 'us',
    },
    key: ['session', 'suggestion_id'],
  },
  /** Kills, halts, resumes and changes of control. */
  safety: {
    name: 'safety',
    columns: {
      ...FACT,
      kind: 'text',
      stage: 'text',
      reason: 'text',
      source: 'text',
      from_control: 'text',
      to_control: 'text',
      open_orders: 'integer',
      value: 'real',
      limit_value: 'real',
    },
    key: FACT_KEY,
  },
  /** Outputs of other kinds, as the journal has them. */
  otherEvents: {
    name: 'other_events',
    columns: { ...FACT, kind: 'text', json: 'text' },
    key: FACT_KEY,
  },
} as const satisfies Readonly<Record<string, Table>>;

export const FACT_TABLES: readonly Table[] = Object.values(FACTS);
export const TABLES: readonly Table[] = [SESSIONS, PROGRESS, ...FACT_TABLES];

const AFFINITY: Readonly<Record<ColumnType, string>> = {
  text: 'TEXT',
  decimal: 'TEXT',
  integer: 'INTEGER',
  real: 'REAL',
  flag: 'INTEGER',
  us: 'INTEGER',
};

/** The statement that makes a table. */
export function createStatement({ name, columns, key }: Table): string {
  const defined = Object.entries(columns).map(([column, type]) => `${column} ${AFFINITY[type]}`);
  return `CREATE TABLE ${name} (${defined.join(', ')}, PRIMARY KEY (${key.join(', ')})) WITHOUT ROWID`;
}

/** Puts a row in; one with the same key takes over the cells that are given. */
export function upsertStatement({ name, key }: Table, given: readonly string[]): string {
  const rest = given.filter((column) => !key.includes(column));
  const change = rest.map((column) => `${column} = excluded.${column}`).join(', ');
  const conflict = rest.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${change}`;
  const places = given.map(() => '?').join(', ');
  return `INSERT INTO ${name} (${given.join(', ')}) VALUES (${places}) ON CONFLICT (${key.join(', ')}) ${conflict}`;
}
