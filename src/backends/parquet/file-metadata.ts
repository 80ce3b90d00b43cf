import * as z from 'zod';
import type { TablePlan } from '../../schema/plan.ts';
import { storedPlan } from '../../schema/stored-plan.ts';
import type { RunInfo } from '../backend.ts';
import type { PartFile } from './part-file.ts';
import { joinSums } from './sums.ts';

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
  /** Sum of each column, NaN and nulls left out; null where a kind has none. */
  readonly sums: readonly (number | null)[];
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
  // JSON has no infinities.
  sums: z.array(z.union([z.number(), z.enum(['Infinity', '-Infinity', 'NaN']).transform(Number), z.null()])),
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
  facts: Pick<FileMetadata, 'table' | 'firstCommit' | 'lastCommit'> & { readonly episode: number | null },
  file: PartFile,
): string {
  const { table, episode, firstCommit, lastCommit } = facts;
  const of = episode === null ? '' : `,"episode":${episode}`;
  const sums = JSON.stringify(joinSums(file.notes.map((notes) => notes.sums)).map(plainSum));
  const range = `"firstCommit":${firstCommit},"lastCommit":${lastCommit}`;
  return `{${runJson},"table":${JSON.stringify(table)}${of},"part":${file.part},${range},"rows":${file.rows},"sums":${sums},"plan":${planJson}}`;
}

function plainSum(sum: number | null): number | string | null {
  return sum === null || Number.isFinite(sum) ? sum : String(sum);
}
