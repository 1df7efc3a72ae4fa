/** `npm run shipped-models`: makes the models that ship anew, in their place or in the folder that is named. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODEL_KINDS } from '../../engine/domain/index.ts';
import { shippedModels } from '../models/shipped.ts';
import { makeShippedModels, type ShippedPlan } from './shipped-models.ts';
import { withFigures } from './skill-tables.ts';

const HERE = fileURLToPath(new URL('../models/shipped', import.meta.url));
const PAGE = fileURLToPath(new URL('../models/README.md', import.meta.url));
const RECORDED = resolve(process.env.CHIMERA_TEST_DATA ?? '../shared/data', 'c_ohlcv');
const FILES = [
  'ftx_1m/btc-perp-20211231-20220201_1m.csv.gz',
  'binance_futures_1m/AVAXUSDT-1m-2024-02.csv.gz',
  'binance_futures_5m/BTCUSDT_perp_5m_2025-11_2026-01.csv.gz',
  'binance_spot_1h/BTCUSDT_1h_2021-04_2023-12.csv.gz',
];

/** The seeds of the tests were chosen before any model was trained, and nothing was chosen by what came of them. */
const PLAN: Omit<ShippedPlan, 'folder' | 'recorded' | 'now' | 'say'> = {
  kinds: MODEL_KINDS,
  effort: 'full',
  trainSeeds: [11, 12, 13, 14, 15, 16],
  testSeeds: [901, 902],
  seconds: 2_000,
  ratePerSecond: 120,
  symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'DOGE/USDT:USDT'],
};

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const recorded = FILES.map((file) => join(RECORDED, file));
const missing = recorded.find((path) => !existsSync(path));
if (missing === undefined) {
  const folder = resolve(process.argv[2] ?? HERE);
  await makeShippedModels({ ...PLAN, folder, recorded, now: new Date().toISOString(), say });
  if (folder === HERE) {
    const models = shippedModels(folder).map(({ manifest, bytes }) => ({ manifest, bytes: bytes.length }));
    writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8'), models));
  }
} else {
  say(`${missing} is missing: name the folder of recorded data in CHIMERA_TEST_DATA`);
  process.exitCode = 3;
}
