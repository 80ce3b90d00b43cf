import * as z from 'zod';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { storedPlan } from '../../schema/stored-plan.ts';
import type { RunInfo } from '../backend.ts';
import { storedColumns } from '../files/plans.ts';
import { type ColumnFacts, joinAllFacts, NO_FACTS } from './column-facts.ts';
import type { PartFile } from './part-file.ts';
import { fromPlainFacts, type PlainFacts, plainFacts, toPlainFacts } from './plain-facts.ts';

/** Key under which every file of a run says what it is. */
export const METADATA_KEY = 'simtape';

/** What a file of rows says of itself, as JSON under {@link METADATA_KEY}. */
export interface FileMetadata {
  readonly formatVersion: number;
  readonly runId: string;
  readonly table: string;
  /** Absent where the file is not of one episode. */
  readonly episode?: number | undefined;
  /** Number of the file among those of its table, or of its episode. */
  readonly part: number;
  /** Numbers of the first and the last commit whose rows it holds; of those of its table or episode, all rows. */
  readonly firstCommit: number;
  readonly lastCommit: number;
  readonly rows: number;
  /** Of each column, the row id first. */
  readonly statistics: readonly PlainFacts[];
  readonly plan: TablePlan;
}

const count = z.int().min(0);

const schema: z.ZodType<FileMetadata> = z.object({
  formatVersion: z.literal(1),
  runId: z.string(),
  table: z.string(),
  episode: z.int().optional(),
  part: count,
  firstCommit: count,
  lastCommit: count,
  rows: count,
  statistics: z.array(plainFacts),
  plan: storedPlan,
});

/** Reads what a file says of itself, or gives null where that is not what this format's files say. */
export function parseFileMetadata(text: string): FileMetadata | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** What is the same in all files of a run, as the members of a JSON object. */
export function runMembers({ runId, startTimestamp, provenance }: RunInfo): string {
  return JSON.stringify({ formatVersion: 1, runId, startTimestamp, provenance }).slice(1, -1);
}

/**
 * The metadata of a file whose rows are all written. Put together from texts, because an episode of ten steps has two
 * files, and their plans and run are always the same.
 * @param runJson what {@link runMembers} gives
 */
export function fileMetadata(
  runJson: string,
  planJson: string,
  stored: readonly StoredColumn[],
  content: Pick<FileMetadata, 'table' | 'firstCommit' | 'lastCommit'> & { readonly episode: number | null },
  file: PartFile,
): string {
  const { table, episode, firstCommit, lastCommit } = content;
  const of = episode === null ? '' : `,"episode":${episode}`;
  const facts = joinAllFacts(file.notes.map((notes) => notes.facts));
  const statistics = JSON.stringify(stored.map((column, c) => toPlainFacts(column, facts[c] ?? NO_FACTS)));
  const range = `"firstCommit":${firstCommit},"lastCommit":${lastCommit}`;
  return `{${runJson},"table":${JSON.stringify(table)}${of},"part":${file.part},${range},"rows":${file.rows},"statistics":${statistics},"plan":${planJson}}`;
}

/** What the files of a table, in the order of their commits, say together of its columns, the row id first. */
export function heldFacts(files: readonly FileMetadata[]): readonly ColumnFacts[] {
  return joinAllFacts(
    files.map(({ plan, statistics }) =>
      storedColumns(plan).map((column, c) => fromPlainFacts(column, statistics[c] ?? {})),
    ),
  );
}
