import type { MaybePromise, StorageBackend, WriteReport } from '../../backends/backend.ts';
import type { Slice, TableRows } from '../../backends/commit.ts';
import { SimtapeError } from '../../errors.ts';
import type { Run, TableBatch } from '../../read/reader.ts';
import type { TablePlan } from '../../schema/plan.ts';
import type { Course } from '../course.ts';
import type { SourceTable } from '../source.ts';
import { type IdOffsets, slicesOf } from './image.ts';
import { lastSteps } from './last-steps.ts';
import { OBJECTS } from './own-objects.ts';
import { runInfo } from './run-info.ts';

const EPISODES = 'episodes';
const STEPS = 'steps';

/** How a backend takes the rows of a run. */
export interface WriteRunOptions {
  /**
   * Whether each row of `episodes` comes with the last steps of its episode, as when it is recorded: what files that
   * are made episode by episode need. Else parents come before children, as a database needs it.
   */
  readonly episodesWithSteps: boolean;
  /** Whether ids are given new numbers where the file has them already. */
  readonly renumber: boolean;
  /** Rows that make what else is in an HDF5 file. */
  readonly objects: Iterable<TableBatch>;
}

/** What was written of a run. */
export interface WrittenRun {
  /** Rows, by table. */
  readonly rows: ReadonlyMap<string, number>;
  /** What could not be, in words. */
  readonly notes: readonly string[];
}

/**
 * Records a run again, with a backend that is not open yet.
 *
 * @param tables parents before children
 * @throws `RowsRejected` where the backend refuses rows
 */
export async function writeRun(
  backend: StorageBackend,
  run: Run,
  tables: readonly SourceTable[],
  course: Course,
  options: WriteRunOptions,
): Promise<WrittenRun> {
  await backend.open(runInfo(run));
  try {
    const writer = new RunWriter(backend, course);
    await writer.makeTables(tables, options.renumber);
    const episodes = tables.find(({ plan }) => plan.name === EPISODES);
    const steps = tables.find(({ plan }) => plan.name === STEPS);
    const together = options.episodesWithSteps && episodes !== undefined && steps !== undefined;
    for (const table of tables) {
      if (together && table === episodes) continue;
      if (together && table === steps) await writer.stepsAndEpisodes(steps, episodes);
      else await writer.table(table);
    }
    const notes = await writer.objects(options.objects);
    await backend.close(run.endTimestamp);
    return { rows: writer.written, notes };
  } catch (error) {
    // What it was writing is thrown away: only its file has to be closed.
    await Promise.resolve(backend.close(null)).catch(() => {});
    throw error;
  }
}

class RunWriter {
  readonly written = new Map<string, number>();
  readonly #backend: StorageBackend;
  readonly #course: Course;
  readonly #offsets = new Map<string, number>();
  #commits = 0;

  constructor(backend: StorageBackend, course: Course) {
    this.#backend = backend;
    this.#course = course;
  }

  async makeTables(tables: readonly SourceTable[], renumber: boolean): Promise<void> {
    for (const { plan, firstId } of tables) {
      const { first } = await this.#backend.createTable(plan);
      this.written.set(plan.name, 0);
      const least = plan.id === null || !renumber ? null : await firstId();
      if (least !== null && least < first) this.#offsets.set(plan.name, first - least);
    }
  }

  async table({ plan, batches }: SourceTable): Promise<void> {
    for await (const batch of batches()) await this.#commit([rowsOf(plan, batch, this.#offsets)]);
  }

  async stepsAndEpisodes(steps: SourceTable, episodes: SourceTable): Promise<void> {
    const last = await lastSteps(steps);
    const held: { readonly slices: readonly Slice[]; readonly ids: BigInt64Array }[] = [];
    for await (const batch of episodes.batches()) {
      const ids = batch.columns.episode_id!.values as BigInt64Array;
      held.push({ slices: slicesOf(episodes.plan, batch, this.#offsets), ids });
    }
    /** Rows of episodes whose last steps are in a batch; those without steps are in batch -1. */
    const rowsAt = (at: number): TableRows => {
      const slices = held.flatMap(({ slices: [all], ids }) =>
        all === undefined ? [] : stretchesWhere(all, (row) => (last.get(ids[row]!) ?? -1) === at),
      );
      return { plan: episodes.plan, rows: slices.reduce((sum, { from, to }) => sum + to - from, 0), slices };
    };
    await this.#commit([rowsAt(-1)]);
    let at = 0;
    for await (const batch of steps.batches()) {
      await this.#commit([rowsAt(at++), rowsOf(steps.plan, batch, this.#offsets)]);
    }
  }

  /** What could not be made when it was recorded cannot be made again; that fails nothing. */
  async objects(batches: Iterable<TableBatch>): Promise<string[]> {
    const notes: string[] = [];
    for (const batch of batches) {
      const { examples } = await this.#write([rowsOf(OBJECTS, batch, this.#offsets)]);
      notes.push(...examples.map(({ reason }) => `left out: ${reason}`));
      await this.#course.did(0);
    }
    return notes;
  }

  async #commit(tables: readonly TableRows[]): Promise<void> {
    const some = tables.filter(({ rows }) => rows > 0);
    if (some.length === 0) return;
    const { rejected, examples } = await this.#write(some);
    if (rejected.size > 0) {
      const count = [...rejected.values()].reduce((sum, rows) => sum + rows, 0);
      const [first] = examples;
      throw new SimtapeError(
        'RowsRejected',
        `${count} row${count === 1 ? '' : 's'} cannot be stored, the first of table ${first?.table}: ${first?.reason}`,
        { rejected: count, rows: examples },
      );
    }
    let done = 0;
    for (const { plan, rows } of some) {
      this.written.set(plan.name, this.written.get(plan.name)! + rows);
      done += rows;
    }
    await this.#course.did(done);
  }

  #write(tables: readonly TableRows[]): MaybePromise<WriteReport> {
    return this.#backend.write({ number: ++this.#commits, open: false, tables });
  }
}

function rowsOf(plan: TablePlan, batch: TableBatch, offsets: IdOffsets): TableRows {
  return { plan, rows: batch.rows, slices: slicesOf(plan, batch, offsets) };
}

/** The rows of a slice for which something holds. */
function stretchesWhere(slice: Slice, holds: (row: number) => boolean): Slice[] {
  const found: Slice[] = [];
  for (let row = slice.from; row < slice.to; row++) {
    if (!holds(row)) continue;
    const last = found.at(-1);
    if (last?.to === row) found[found.length - 1] = { ...last, to: row + 1 };
    else found.push({ ...slice, from: row, to: row + 1 });
  }
  return found;
}
