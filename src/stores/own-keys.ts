/** The operator's own keys, in `key-bindings.json`: written by hand, checked at every start of a console. */
import { z } from 'zod';
import { cleanText } from '../../logs/index.ts';
import { BINDINGS, type Binding } from '../../state/keymap/bindings.ts';
import { bindOwnKeys } from '../../state/keymap/own-keys.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { JsonStore, type StoreFormat } from './json-store.ts';

const keySchema = z.string().min(1).max(16);
const fileSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** By the name of the command: one key or several. */
  keys: z.record(z.string().max(64), z.union([keySchema, z.array(keySchema).min(1).max(8)])),
});
type KeysFile = z.infer<typeof fileSchema>;

const KEYS_FORMAT: StoreFormat<KeysFile> = {
  what: 'list of keys',
  version: 1,
  schema: fileSchema,
  migrations: {},
  initial: () => ({ formatVersion: 1, keys: {} }),
};

/** The key table with the operator's own keys. Throws a {@link CommandError} in one line where the file is not to be used. */
export function keysInForce(dir: DataDir): readonly Binding[] {
  const { keys } = new JsonStore(dir.keysFile, KEYS_FORMAT).read();
  const own = Object.entries(keys).map(([name, each]) => [name, typeof each === 'string' ? [each] : each] as const);
  const bound = bindOwnKeys(BINDINGS, Object.fromEntries(own));
  if ('bindings' in bound) return bound.bindings;
  throw new CommandError(EXIT.badInput, cleanText(`key-bindings.json is refused: ${bound.error} (${dir.keysFile})`));
}
