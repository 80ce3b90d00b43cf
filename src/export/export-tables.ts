import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { mainTable, namedTables } from './choose-tables.ts';
import { endingOf, type TableFormat } from './formats.ts';
import type { ExportJob } from './job.ts';
import { checkPartition, isPartition } from './partition.ts';
import { sourceTable } from './source.ts';
import { Staging } from './staging.ts';
import { isBare, METADATA, type Part, TableWriter } from './table-writer.ts';
import { checkFilesTarget, checkFileTarget, checkFolderTarget } from './target.ts';

/** What was written. */
interface WrittenTables {
  /** Rows, by table. */
  readonly rows: ReadonlyMap<string, number>;
  /** Files, or the folder that holds nothing else. */
  readonly paths: readonly string[];
}

/** Exports tables, each to a file of its own or to one for each of its partitions. */
export async function exportTables(
  job: ExportJob<TableFormat>,
  path: string,
  isFolder: boolean,
): Promise<WrittenTables> {
  const { reader, rows, format, options, sources } = job;
  const { tables: names, partitionBy, overwrite = false } = options;
  // A table that is split takes a folder: the path does not say that all are meant.
  const allMeant = isFolder && partitionBy === undefined;
  const chosen = names ? namedTables(reader, names) : allMeant ? reader.tables() : [mainTable(reader)];
  const tables = chosen.map((info) => sourceTable(reader, info, rows));
  if (partitionBy) for (const table of tables) checkPartition(table, partitionBy);
  const isOne = tables.length === 1 && !allMeant;
  const target = { path, overwrite, sources };
  const parts = tables.map((table): Part => {
    if (isOne) return { table, name: partitionBy ? '' : basename(path) };
    return {
      table,
      name: partitionBy ? table.plan.name : `${table.plan.name}${endingOf(format, job.compression.name)}`,
    };
  });
  const files = parts.flatMap(({ name }) => (isBare(format) ? [name, `${name}${METADATA}`] : [name]));
  const folder = isOne ? dirname(path) : path;
  if (partitionBy) checkFolderTarget(target, () => isSplit(path, isOne));
  else if (isOne) for (const name of files) checkFileTarget({ ...target, path: join(folder, name) });
  else checkFilesTarget(target, files);
  // Within a folder that is there: the one above it may be another file system, or not be writable.
  const isInside = !isOne && partitionBy === undefined && existsSync(path);
  const staging = new Staging(isInside ? join(path, 'tables') : path);
  try {
    const written = await new TableWriter(job, staging).write(parts);
    const isWhole = isOne || partitionBy !== undefined;
    const paths = isWhole ? [path] : files.map((name) => join(path, name));
    if (partitionBy) staging.publishFolder();
    else staging.publishFiles(files.toReversed(), folder);
    return { rows: written, paths };
  } finally {
    staging.discard();
  }
}

/** Whether a folder holds nothing but what a split export makes. */
function isSplit(path: string, isOneTable: boolean): boolean {
  const names = readdirSync(path);
  if (isOneTable) return isPartition(names);
  return names.every((name) => {
    const inner = join(path, name);
    return statSync(inner).isDirectory() && isPartition(readdirSync(inner));
  });
}
