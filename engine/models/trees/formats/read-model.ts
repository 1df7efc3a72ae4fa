/** Opens a tree model of any format that we read, told apart by how its bytes begin. */
import type { Forest } from '../forest.ts';
import { demand, LIMIT } from '../forest-builder.ts';
import { parseJson } from './json.ts';
import { readLightgbmDocument } from './lightgbm-json-reader.ts';
import { readLightgbmText } from './lightgbm-text-reader.ts';
import { decodeUtf8 } from './utf8.ts';
import { readXgboostBinary } from './xgboost-binary-reader.ts';
import { readXgboostDocument, readXgboostUbjson } from './xgboost-reader.ts';

const BRACE = 0x7b;
/** What may follow the brace in JSON: a quote, the other brace, or white space. UBJSON has the type of a length there. */
const AFTER_BRACE = [0x22, 0x7d, 0x20, 0x09, 0x0a, 0x0d];
/** `tree` */
const LIGHTGBM = [0x74, 0x72, 0x65, 0x65];

/** Throws a ModelFormatError where the bytes are none of the formats or not a model that we can predict with. */
export function readModel(bytes: Uint8Array): Forest {
  demand(bytes.length <= LIMIT.bytes, `more than ${LIMIT.bytes} bytes`, 'file');
  if (LIGHTGBM.every((byte, k) => bytes[k] === byte)) return readLightgbmText(decodeUtf8(bytes));
  if (bytes[0] !== BRACE) return readXgboostBinary(bytes);
  if (!AFTER_BRACE.includes(bytes[1] ?? 0)) return readXgboostUbjson(bytes);
  const file = parseJson(decodeUtf8(bytes));
  return file.find('learner') === undefined ? readLightgbmDocument(file) : readXgboostDocument(file);
}
