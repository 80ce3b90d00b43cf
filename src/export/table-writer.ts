import { writeFileSync } from 'node:fs';
import type { Run, TableBatch } from '../read/reader.ts';
import { Course } from './course.ts';
import type { EncoderFactory, TableEncoder } from './files/encoder.ts';
import { encodersFor } from './files/encoders.ts';
import { compressorFor, OutputFile } from './files/output-file.ts';
import { endingOf, formatOfName, type TableFormat } from './formats.ts';
import type { ExportJob } from './job.ts';
import { fileMetadata } from './metadata.ts';
import { SIDECAR, splitBatch } from './partition.ts';
import type { SourceTable } from './source.ts';
import { type Staging, syncFile } from './staging.ts';

/** A table, and the name of its file, or of the folder that it is split into, in the target's folder. */
export interface Part {
  readonly table: SourceTable;
  readonly name: string;
}

/** What stands behind the name of the file that says what another one cannot. */
export const METADATA = '.metadata.json';
/** Partitions that are written at once; more are written in several passes, so that files and memory are bounded. */
const MOST_OPEN = 256;

/** Whether files of a format cannot say what they hold. */
export function isBare(format: TableFormat): boolean {
  return format === 'csv' || format === 'json' || format === 'ndjson';
}

/** A file that is being written. */
interface Open {
  readonly encoder: TableEncoder;
  readonly output: OutputFile;
}

/** Writes tables into the staging folder. */
export class TableWriter {
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
            const path = this.#staging.path(
              name,
              folder,
              `data${endingOf(this.#job.format, this.#job.compression.name)}`,
            );
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
    const delimiter = formatOfName(path).ending === '.tsv' ? { delimiter: '\t' } : {};
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
    if (!isBare(this.#job.format)) return;
    const columns = table.columns.filter(({ name }) => !without.includes(name));
    writeFileSync(path, `${fileMetadata(table.plan, columns, this.#runs, 2)}\n`);
    syncFile(path);
  }
}
