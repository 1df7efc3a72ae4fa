/** The document of the registry, `models/registry.json`: which models there are, and everything that was done with them. */
import { z } from 'zod';
import { MODEL_KINDS, type ModelKind } from '../../engine/domain/index.ts';
import { cleanText, redactText } from '../../logs/index.ts';
import type { StoreFormat } from '../stores/json-store.ts';
import { MODEL_SOURCES, modelIdSchema } from './manifest.ts';
import { MODEL_CHANGES, Places } from './places.ts';

const MOST_MODELS = 10_000;
const MOST_EVENTS = 100_000;
export const LONGEST_REASON = 300;

const text = (most: number): z.ZodType<string> =>
  z
    .string()
    .max(most)
    .transform((value) => cleanText(redactText(value)));

export const MODEL_NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;

const rowSchema = z.strictObject({
  id: modelIdSchema,
  /** One of a kind of its own within the registry. */
  name: z.string().regex(MODEL_NAME, 'is no name of small letters, digits, dots and dashes'),
  kind: z.enum(MODEL_KINDS),
  source: z.enum(MODEL_SOURCES),
  /** SHA-256 of its manifest. */
  manifest: modelIdSchema,
});
export type ModelRow = z.infer<typeof rowSchema>;

const eventSchema = z.strictObject({
  number: z.int().positive(),
  at: z.iso.datetime(),
  who: text(128),
  model: modelIdSchema,
  what: z.enum(MODEL_CHANGES),
  why: text(LONGEST_REASON),
  /** Promoted although its figures do not say so. */
  withoutEvidence: z.literal(true).optional(),
});
export type ModelEvent = z.infer<typeof eventSchema>;

const fileSchema = z
  .strictObject({
    formatVersion: z.literal(1),
    models: z.array(rowSchema).max(MOST_MODELS),
    events: z.array(eventSchema).max(MOST_EVENTS),
  })
  .superRefine(({ models, events }, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
    if (new Set(models.map(({ id }) => id)).size !== models.length) return refuse('it has a model twice');
    if (new Set(models.map(({ name }) => name)).size !== models.length) return refuse('two models have one name');
    if (events.some(({ number }, k) => number !== k + 1)) return refuse('its events are not numbered 1, 2, 3 …');
    const places = placesOf({ models, events });
    if (typeof places === 'string') return refuse(places);
    const lost = models.find(({ id }) => places.state(id) === undefined);
    if (lost !== undefined) refuse(`${lost.name} was never added`);
  });
export type RegistryFile = z.infer<typeof fileSchema>;

/** Where every model stands after all events; in words, which of them cannot have been. */
export function placesOf({ models, events }: Pick<RegistryFile, 'models' | 'events'>): Places | string {
  const places = new Places(new Map<string, ModelKind>(models.map(({ id, kind }) => [id, kind])));
  for (const event of events) {
    const refusal = places.take(event);
    if (refusal !== undefined) return `event ${event.number} cannot have been: ${refusal}`;
  }
  return places;
}

export const REGISTRY_FORMAT: StoreFormat<RegistryFile> = {
  what: 'registry of models',
  version: 1,
  schema: fileSchema,
  migrations: {},
  initial: () => ({ formatVersion: 1, models: [], events: [] }),
};
