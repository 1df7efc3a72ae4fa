/** `chimera doctor` as data for yargs. */
import type { Argv } from 'yargs';
import type { LiveVenue } from '../brokers/open-trading.ts';
import { common, type Finish, symbolList, usage } from './options.ts';

const VENUES = ['binance', 'binanceusdm'] as const satisfies readonly LiveVenue[];
const DEFAULT_SYMBOLS = { binance: 'BTC/USDT', binanceusdm: 'BTC/USDT:USDT' } as const;

export function addDoctor(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'doctor',
    'what is wrong with this machine, a venue, its key or account, and what to do about it',
    (y) =>
      common(y)
        .option('venue', { choices: VENUES, describe: 'look at this venue too, and at the account there' })
        .option('url', { type: 'string', describe: 'another address for the venue’s, such as http://127.0.0.1:9000' })
        .option('keys', { type: 'string', describe: 'file of mode 0600 with {"apiKey", "secret"}' })
        .option('symbols', { type: 'string', describe: 'comma-separated, such as BTC/USDT:USDT' }),
    async (a) => {
      const { venue, url, keys } = a;
      for (const name of ['url', 'keys', 'symbols'] as const)
        if (venue === undefined && a[name] !== undefined) usage(`--${name} is of a venue: name it with --venue`);
      if (url !== undefined && !/^(?:https?|wss?):\/\/[^\s/]+/.test(url))
        usage('--url: an address such as http://127.0.0.1:9000');
      const symbols = venue === undefined ? [] : symbolList(a.symbols ?? DEFAULT_SYMBOLS[venue]);
      const { runDoctor } = await import('./doctor.ts');
      finish(await runDoctor({ dataDir: a['data-dir'], json: a.json, venue, url, keys, symbols }));
    },
  );
}
