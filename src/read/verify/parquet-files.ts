import type { FileMetaData } from 'hyparquet';
import { storedColumns } from '../../backends/files/plans.ts';
import { type FileMetadata, METADATA_KEY, parseFileMetadata } from '../../backends/parquet/file-metadata.ts';
import type { Layout } from '../../backends/parquet/layout.ts';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import type { Held } from '../journal-rows.ts';
import { PHYSICAL_TYPES } from '../parquet/cells.ts';
import type { NamedFile } from '../parquet/run-folder.ts';
import { type Checks, counted } from './checks.ts';
import { keyValue, readFooter } from './parquet-file.ts';

const CHECK = 'files';

/** A file whose footer is what its name and its run say. */
export interface CheckedFile {
  readonly path: string;
  readonly name: string;
  readonly table: string;
  readonly episode: number | null;
  readonly part: number;
  readonly firstCommit: number;
  readonly lastCommit: number;
  readonly rows: number;
  readonly plan: TablePlan;
  readonly columns: readonly StoredColumn[];
  readonly said: FileMetadata;
  readonly metadata: FileMetaData;
}

/** Opens every file of a run, and leaves out those that are not what they should be. */
export async function checkFiles(
  files: readonly NamedFile[],
  nameOf: (path: string) => string,
  runId: string,
  checks: Checks,
): Promise<CheckedFile[]> {
  checks.check(CHECK, counted(files.length, 'file'));
  const checked: CheckedFile[] = [];
  for (const file of files) {
    const name = nameOf(file.path);
    try {
      checked.push(await checkFile(file, name, runId));
    } catch (error) {
      checks.problem(CHECK, `${name}: ${(error as Error).message}`);
    }
  }
  checkOrder(checked, checks);
  return checked;
}

async function checkFile(file: NamedFile, name: string, runId: string): Promise<CheckedFile> {
  const metadata = await readFooter(file.path);
  const text = keyValue(metadata, METADATA_KEY);
  if (text === null) throw new Error('it was not written by simtape');
  const said = parseFileMetadata(text);
  if (said === null) throw new Error('what it says of itself is not readable');
  const { table, part, firstCommit, lastCommit, rows, plan } = said;
  const episode = said.episode ?? null;
  const agree = (what: string, found: unknown, wanted: unknown) => {
    if (found !== wanted) throw new Error(`${what} is ${found}, not ${wanted}`);
  };
  agree('its run', said.runId, runId);
  agree('its table', table, file.table);
  agree('the table of its plan', plan.name, table);
  agree('its episode', episode, file.episode);
  agree('its part', part, file.part);
  agree('its number of rows', Number(metadata.num_rows), rows);
  const inGroups = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  agree('the number of rows in its row groups', inGroups, rows);
  if (lastCommit < firstCommit) throw new Error(`its commits are ${firstCommit} to ${lastCommit}`);
  const columns = storedColumns(plan);
  checkColumns(metadata, columns);
  return {
    path: file.path,
    name,
    table,
    episode,
    part,
    firstCommit,
    lastCommit,
    rows,
    plan,
    columns,
    said,
    metadata,
  };
}

/** The columns of the schema are those of the plan, in order. */
function checkColumns({ schema }: FileMetaData, columns: readonly StoredColumn[]): void {
  let at = 1;
  for (const { name, kind, element: elementKind, nullable } of columns) {
    const element = schema[at];
    if (element?.name !== name)
      throw new Error(`where column ${name} should be, it has ${element?.name ?? 'none'}`);
    const leaf = kind === 'array' ? schema[at + 2] : element;
    const wanted = PHYSICAL_TYPES[elementKind ?? kind];
    if (leaf?.type !== wanted) throw new Error(`column ${name} is ${leaf?.type}, not ${wanted}`);
    if ((element.repetition_type === 'OPTIONAL') !== nullable) {
      throw new Error(`column ${name} is ${element.repetition_type}`);
    }
    at += kind === 'array' ? 3 : 1;
  }
  if (at !== schema.length) throw new Error(`it has a column ${schema[at]!.name} that its plan has not got`);
}

/** Parts of a table, or of one episode of it, follow one another without a gap, and so do their commits. */
function checkOrder(files: readonly CheckedFile[], checks: Checks): void {
  const last = new Map<string, CheckedFile>();
  for (const file of [...files].sort((a, b) => a.part - b.part)) {
    const partition = `${file.table} ${file.episode}`;
    const before = last.get(partition);
    if (file.part !== (before?.part ?? 0) + 1) {
      checks.problem(CHECK, `${file.name}: part ${file.part - 1} of it is missing`);
    }
    if (before !== undefined && file.firstCommit <= before.lastCommit) {
      checks.problem(
        CHECK,
        `${file.name} begins with commit ${file.firstCommit}, which is in ${before.name} too`,
      );
    }
    last.set(partition, file);
  }
}

/**
 * Which commits of a table, or of an episode of it, are in files.
 * @param all commits up to this number are, of every table
 */
export function heldBy(files: readonly CheckedFile[], layout: Layout, all: number): Held {
  const last = new Map<string, number>();
  for (const { table, episode, lastCommit } of files) {
    const partition = `${table} ${episode}`;
    last.set(partition, Math.max(last.get(partition) ?? 0, lastCommit));
  }
  return {
    lastCommit: (table, episode) => Math.max(all, last.get(`${table} ${episode}`) ?? 0),
    isByEpisode: (table) => layout.isByEpisode(table),
  };
}
