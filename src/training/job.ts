/** What a training is asked for, and what its thread says of it. */
import type { ModelKind } from '../../engine/domain/index.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { ModelManifest } from '../models/manifest.ts';
import type { Effort } from './recipes.ts';

/** A recorded session to learn from. */
export interface TrainingSession {
  readonly name: string;
  readonly directory: string;
}

/** The model that serves now. */
export interface Champion {
  readonly id: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Session times `[from, to]` of what it learnt from: what it says of them is no evidence. Undefined where nobody knows. */
  readonly learntUs: ReadonlyArray<readonly [from: number, to: number]> | undefined;
}

export interface TrainingJob {
  readonly sessions: readonly TrainingSession[];
  /** Symbols; all of the sessions where none is named. */
  readonly instruments: readonly string[];
  /** Undefined for the sessions' own. */
  readonly barIntervalUs: number | undefined;
  readonly kinds: readonly ModelKind[];
  readonly seed: number;
  readonly effort: Effort;
  /** Begins the models' names. */
  readonly name: string;
  /** When it began, ISO 8601. */
  readonly startedAt: string;
  readonly champions: Readonly<Partial<Record<ModelKind, Champion>>>;
}

/** How far a training is. */
export interface TrainingProgress {
  readonly type: 'progress';
  /** read: a session's bars · walk: the tests · fit: all rows. */
  readonly phase: 'read' | 'walk' | 'fit';
  /** The session that is read, or the kind that is trained. */
  readonly of: string;
  /** From 1: which of the sessions or kinds. */
  readonly number: number;
  readonly count: number;
  readonly fold: number;
  readonly folds: number;
  /** Share of this session or kind, 0 … 1. */
  readonly done: number;
  /** Of the tests that are over; undefined before the first. */
  readonly areaUnderCurve: number | undefined;
}

/** How a model was held against the one that serves. */
export interface AgainstChampion {
  readonly name: string;
  /** Rows that were judged: those at whose time the champion had learnt are left out. */
  readonly rows: number;
  readonly leftOut: number;
  /** False where nobody knows what the champion has learnt from, and it may know these rows by heart. */
  readonly knownToBeNew: boolean;
  /** False where the champion abstains from all of them: it knows other features, or asks for longer windows. */
  readonly asked: boolean;
}

export interface TrainedModel {
  readonly type: 'trained';
  readonly bytes: Uint8Array;
  readonly manifest: ModelManifest;
  readonly against: AgainstChampion | undefined;
}

export type FromTraining =
  | TrainingProgress
  | TrainedModel
  /** Something that whoever waits should know. */
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'failed'; readonly exitCode: ExitCode; readonly text: string }
  | { readonly type: 'done' };
