// A backend of one's own, as a module: it is loaded on the writer's thread and appends a line of JSON for each row.
//   node examples/ndjson-backend.ts
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import {
  type BackendConfig,
  type BackendFactory,
  type Commit,
  RecorderFactory,
  type RunInfo,
  readValue,
  SimtapeError,
  type Slice,
  type StorageBackend,
  type StoredColumn,
  type TablePlan,
  type WriteReport,
} from '../src/index.ts';

/**
 * One file a run. Its lines are `{ run }` first, `{ table }` with the columns of a table before its first row and when it
 * gets more, `{ in, row }`, and `{ commit }` behind the rows of each commit: a reader takes no row before that. `{ abandon }`
 * takes back the rows since the last commit, `{ end }` ends the run.
 */
class NdjsonBackend implements StorageBackend {
  readonly #config: BackendConfig;
  readonly #plans = new Map<string, TablePlan>();
  #file = -1;
  /** Bytes of the file. */
  #size = 0;

  constructor(config: BackendConfig) {
    this.#config = config;
  }

  open(run: RunInfo): { path: string } {
    const { path, directory } = this.#config;
    const place = path ?? join(directory, `${run.runId}.ndjson`);
    try {
      if (path === null) mkdirSync(directory, { recursive: true });
      // wx: a run that is there already is never written over.
      this.#file = openSync(place, 'wx');
    } catch (cause) {
      // With this tag a configuration's fallback takes over.
      throw new SimtapeError(
        'CannotOpen',
        `cannot record to ${place}: choose another path`,
        { path: place },
        cause,
      );
    }
    this.#write(line({ run }));
    return { path: place };
  }

  /** Ids are given out from 1 on. */
  createTable(plan: TablePlan): { first: number; last: number } {
    const known = this.#plans.get(plan.name);
    for (const column of known?.columns ?? []) {
      const other = plan.columns.find(({ name }) => name === column.name);
      if (other !== undefined && typeOf(other) !== typeOf(column)) {
        const message = `${plan.name}.${column.name} is ${column.kind} already, not ${other.kind}`;
        throw new SimtapeError('SchemaMismatch', message, { table: plan.name, column: column.name });
      }
    }
    this.#plans.set(plan.name, plan);
    this.#write(line({ table: plan }));
    return { first: 1, last: Number.MAX_SAFE_INTEGER };
  }

  /** Rows are views into shared memory: they are read here, or never. A throw says that nothing was stored. */
  write({ number, open, tables }: Commit): WriteReport {
    let text = '';
    for (const { plan, slices } of tables) {
      for (const slice of slices) {
        for (let row = slice.from; row < slice.to; row++)
          text += line({ in: plan.name, row: valuesOf(slice, row) });
      }
    }
    // A frame that is larger than the memory comes in several writes; it counts with the last.
    if (!open) text += line({ commit: number });
    this.#write(text);
    return { rejected: new Map(), examples: [] };
  }

  abandon(): void {
    this.#write(line({ abandon: true }));
  }

  close(endTimestamp: number | null): void {
    this.#write(line({ end: endTimestamp }));
    closeSync(this.#file);
  }

  /** All of the text or, where the disk is full for instance, nothing of it: a commit that failed is tried again. */
  #write(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length; )
        at += writeSync(this.#file, bytes, at, bytes.length - at, this.#size + at);
      if (this.#config.durability === 'power') fsyncSync(this.#file);
    } catch (error) {
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }
}

/** A row by the names of its columns, nulls left out. */
function valuesOf(slice: Slice, row: number): Record<string, unknown> {
  const { id, columns } = slice.plan;
  const values: Record<string, unknown> = id === null ? {} : { [id]: slice.firstId + row - slice.from };
  for (const [i, column] of columns.entries()) {
    const value = readValue(slice, i, row);
    if (value !== null)
      values[column.name] = column.kind === 'json' ? JSON.parse(value as string) : plain(value);
  }
  return values;
}

/** What JSON cannot hold becomes text: `"NaN"`, `"-0"`, integers beyond 2^53, and bytes as base64. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return Object.is(value, -0) ? '-0' : String(value);
}

function typeOf({ kind, element, length, labels }: StoredColumn): string {
  return JSON.stringify([kind, element, length, labels]);
}

/** A configuration may hold bigints. */
function line(value: object): string {
  return `${JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part))}\n`;
}

/** What the writer's thread calls. */
const factory: BackendFactory = (config) => new NdjsonBackend(config);
export default factory;

if (isMainThread && import.meta.main) {
  RecorderFactory.registerBackend('ndjson', import.meta.url);
  await using recorder = RecorderFactory.createRecorder({
    backend: 'ndjson',
    output_dir: 'recordings',
    world: 'walk',
  });
  let [x, y] = [0, 0];
  for (let step = 0; step < 1000; step++) {
    const heading = Math.random() * 2 * Math.PI;
    x += Math.cos(heading);
    y += Math.sin(heading);
    recorder.recordStep(
      { position: [x, y], orientation: heading, action: { heading }, reward: -Math.hypot(x, y) },
      step,
    );
  }
  recorder.recordEpisode({ success: Math.hypot(x, y) < 10 }, 1);
  await recorder.flush();
  console.log(`recorded to ${recorder.path}`);
}
