/** The only door to the engine. */
export type { InputSource } from './replay/source.ts';
