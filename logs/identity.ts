/** What a journal's chain begins with: which session it is, under which configuration, and in which vocabulary. */
import { createHash } from 'node:crypto';
import {
  AT,
  COMMAND_KINDS,
  COMMAND_SOURCES,
  CONTROL_MODES,
  canonical,
  configHash,
  GAP_REASONS,
  MODEL_CHANGES,
  MODEL_KINDS,
  MODEL_ROLES,
  READING_SOURCES,
  RECORD,
  REPORT_KINDS,
  VENUE_BLOCKERS,
} from '../engine/domain/index.ts';

/** The vocabulary of the records: types, places of their fields, names by number. 64 hex digits. */
export const RECORD_SCHEMA_HASH = createHash('sha256')
  .update(
    canonical({
      records: RECORD,
      fields: AT,
      commands: COMMAND_KINDS,
      sources: COMMAND_SOURCES,
      controls: CONTROL_MODES,
      gaps: GAP_REASONS,
      reports: REPORT_KINDS,
      blockers: VENUE_BLOCKERS,
      readings: READING_SOURCES,
      models: MODEL_KINDS,
      roles: MODEL_ROLES,
      changes: MODEL_CHANGES,
    }),
  )
  .digest('hex');

/** Fields of a manifest that never change after a session has begun. */
export interface Identity {
  readonly name: string;
  readonly kind: string;
  readonly createdAt: string;
  readonly schemaHash: string;
  readonly configHash?: string | undefined;
  readonly startsFrom?: { readonly session: string; readonly seq: number; readonly stateHash: string } | undefined;
}

/**
 * The chain head before the first segment: SHA-256 over the identity's lines. A segment of another session, or a
 * manifest whose configuration was changed, does not continue it.
 */
export function genesisOf(identity: Identity): Uint8Array {
  const { name, kind, createdAt, schemaHash, startsFrom } = identity;
  const base = startsFrom === undefined ? '' : `${startsFrom.session} ${startsFrom.seq} ${startsFrom.stateHash}`;
  const lines = ['CHIMERA1', name, kind, createdAt, schemaHash, identity.configHash ?? '', base];
  return createHash('sha256').update(lines.join('\n')).digest();
}

/** Why the hash that a manifest names is not that of its configuration; undefined when it is. */
export function configFault({
  config,
  configHash: named,
}: {
  config?: object | undefined;
  configHash?: string | undefined;
}) {
  const found = config === undefined ? undefined : configHash(config as Parameters<typeof configHash>[0]);
  return found === named
    ? undefined
    : `its configuration has the hash ${found ?? 'of none'}, and it names ${named ?? 'none'}`;
}
