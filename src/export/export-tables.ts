import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { Run, TableBatch } from '../read/reader.ts';
import { mainTable, namedTables } from './choose-tables.ts';
import { Course } from './course.ts';
import type { EncoderFactory, TableEncoder } from './files/encoder.ts';
import { encodersFor } from './files/encoders.ts';
import { compressorFor, OutputFile } from './files/output-file.ts';
import { endingOf, type TableFormat } from './formats.ts';
import type { ExportJob } from './job.ts';
import { fileMetadata } from './metadata.ts';
import { checkPartition, isPartition, SIDECAR, splitBatch } from './partition.ts';
import { type SourceTable, sourceTable } from './source.ts';
import { checkFilesTarget, checkFileTarget, checkFolderTarget, Staging, syncFile } from './staging.ts';

/** A table, and the name of its file, or of the folder that it is split into, in the target's folder. */
interface Part {
  readonly table: SourceTable;
  readonly name: string;
}

/** Formats whose files cannot say what they hold. */
const BARE: readonly TableFormat[] = ['csv', 'json', 'ndjson'];
const METADATA = '.metadata.json';
/** Partitions that are written at once; more are written in several passes, so that files and memory are bounded. */
const MOST_OPEN = 256;

/**
 * Exports tables, each to a file of its own or to one for each of its partitions.
 * @returns rows written, by table
 */
export async function exportTables(
  job: ExportJob<TableFormat>,
  path: string,
  isFolder: boolean,
): Promise<Map<string, number>> {
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
    return { table, name: partitionBy ? table.plan.name : `${table.plan.name}${endingOf(format)}` };
  });
  const files = parts.flatMap(({ name }) => (BARE.includes(format) ? [name, `${name}${METADATA}`] : [name]));
  const folder = isOne ? dirname(path) : path;
  if (partitionBy) checkFolderTarget(target, () => isSplit(path, isOne));
  else if (isOne) for (const name of files) checkFileTarget({ ...target, path: join(folder, name) });
  else checkFilesTarget(target, files);
  // Within a folder that is there: the one above it may be another file system, or not be writable.
  const isInside = !isOne && partitionBy === undefined && existsSync(path);
  const staging = new Staging(isInside ? join(path, 'tables') : path);
  try {
    const written = await new TableExport(job, staging).write(parts);
    if (partitionBy) staging.publishFolder();
    else staging.publishFiles(files.toReversed(), folder);
    return written;
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

/** A file that is being written. */
interface Open {
  readonly encoder: TableEncoder;
  readonly output: OutputFile;
}

class TableExport {
  readonly #job: ExportJob<TableFormat>;
  readonly #staging: Staging;
  readonly #runs: readonly Run[];
  #encoders!: EncoderFactory;
  #course!: Course;

  constructor(job: ExportJob<TableFormat>, staging: Staging) {
    this.#job = job;
    this.#staging = staging;
    const { run } = job.rows;
    this.#runs = job.reader.runs().filter(({ runId }) => run === undefined || runId === run);
  }

  async write(parts: readonly Part[]): Promise<Map<string, number>> {
    const { format, compression, options } = this.#job;
    this.#encoders = await encodersFor(format, compression);
    const totalRows = parts.reduce((sum, { table }) => sum + table.rows, 0);
    this.#course = new Course(options, totalRows);
    const written = new Map<string, number>();
    for (const { table, name } of parts) {
      const rows = options.partitionBy
        ? await this.#writeSplit(table, name, options.partitionBy)
        : await this.#writeFile(table, name);
      written.set(table.plan.name, rows);
    }
    return written;
  }

  async #writeFile(table: SourceTable, name: string): Promise<number> {
    const path = this.#staging.path(name);
    const file = this.#open(table, path, []);
    let rows = 0;
    try {
      for await (const batch of table.batches()) {
        rows += batch.rows;
        await this.#append(file, batch);
        await this.#course.did(batch.rows);
      }
      await this.#finish(file);
    } finally {
      file.output.close();
    }
    this.#describe(table, `${path}${METADATA}`, []);
    return rows;
  }

  async #writeSplit(table: SourceTable, name: string, partitionBy: readonly string[]): Promise<number> {
    const folders = new Set<string>();
    for await (const batch of table.batches(partitionBy)) {
      for (const folder of splitBatch(batch, partitionBy).keys()) folders.add(folder);
    }
    const all = [...folders];
    let rows = 0;
    for (let from = 0; from < all.length; from += MOST_OPEN) {
      rows += await this.#writeSome(table, name, partitionBy, new Set(all.slice(from, from + MOST_OPEN)));
    }
    this.#describe(table, this.#staging.path(name, SIDECAR), partitionBy);
    return rows;
  }

  /** One pass over a table, for some of its partitions. */
  async #writeSome(
    table: SourceTable,
    name: string,
    partitionBy: readonly string[],
    folders: ReadonlySet<string>,
  ): Promise<number> {
    const open = new Map<string, Open>();
    let rows = 0;
    try {
      for await (const batch of table.batches()) {
        let done = 0;
        for (const [folder, part] of splitBatch(batch, partitionBy)) {
          if (!folders.has(folder)) continue;
          let file = open.get(folder);
          if (file === undefined) {
            const path = this.#staging.path(name, folder, `data${endingOf(this.#job.format)}`);
            file = this.#open(table, path, partitionBy);
            open.set(folder, file);
          }
          await this.#append(file, part);
          done += part.rows;
        }
        rows += done;
        await this.#course.did(done);
      }
      for (const file of open.values()) await this.#finish(file);
    } finally {
      for (const { output } of open.values()) output.close();
    }
    return rows;
  }

  #open(table: SourceTable, path: string, without: readonly string[]): Open {
    const { format, compression, options } = this.#job;
    const columns = table.columns.filter(({ name }) => !without.includes(name));
    const metadata = fileMetadata(table.plan, columns, this.#runs);
    const delimiter = extname(path).toLowerCase() === '.tsv' ? { delimiter: '\t' } : {};
    const csv = { ...delimiter, ...options.csv };
    const encoder = this.#encoders({ columns, metadata, compression, csv });
    return { encoder, output: new OutputFile(path, compressorFor(format, compression)) };
  }

  async #append({ encoder, output }: Open, batch: TableBatch): Promise<void> {
    await output.write(encoder.write(batch));
  }

  async #finish({ encoder, output }: Open): Promise<void> {
    await output.write(encoder.end());
    await output.finish();
  }

  /** What files of nothing but rows cannot say of themselves stands in a file beside them. */
  #describe(table: SourceTable, path: string, without: readonly string[]): void {
    if (!BARE.includes(this.#job.format)) return;
    const columns = table.columns.filter(({ name }) => !without.includes(name));
    const text = fileMetadata(table.plan, columns, this.#runs);
    writeFileSync(path, `${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    syncFile(path);
  }
}
