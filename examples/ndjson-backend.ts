// A backend of one's own, as a module: it is loaded on the writer's thread and appends a line of JSON for each row.
//   node examples/ndjson-backend.ts
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import {
  type BackendConfig,
  type BackendFactory,
  type Commit,
  describeRow,
  RecorderFactory,
  type RunInfo,
  type StorageBackend,
  type TablePlan,
  type WriteReport,
} from '../src/index.ts';

/** One file a run: its first line is about the run, each other one is a row. */
class NdjsonBackend implements StorageBackend {
  readonly #config: BackendConfig;
  #file = -1;

  constructor(config: BackendConfig) {
    this.#config = config;
  }

  open({ runId, startTimestamp, configuration }: RunInfo): { path: string } {
    const { path, directory } = this.#config;
    const place = path ?? join(directory, `${runId}.ndjson`);
    if (path === null) mkdirSync(directory, { recursive: true });
    this.#file = openSync(place, 'wx');
    writeSync(this.#file, line({ run: runId, startTimestamp, configuration }));
    return { path: place };
  }

  /** Rows name their columns, so there is nothing to make. Ids are given out from 1 on. */
  createTable(_plan: TablePlan): { first: number; last: number } {
    return { first: 1, last: Number.MAX_SAFE_INTEGER };
  }

  /** One write for a commit. Its rows are views into shared memory: they are read here, or never. */
  write({ number, open, tables }: Commit): WriteReport {
    let text = '';
    for (const { plan, slices } of tables) {
      for (const slice of slices) {
        for (let row = slice.from; row < slice.to; row++) {
          text += line({ table: plan.name, ...describeRow(slice, row) });
        }
      }
    }
    // A frame that is larger than the memory comes in parts; it counts with the line that ends it.
    if (!open) text += line({ commit: number });
    writeSync(this.#file, text);
    if (this.#config.durability === 'power') fsyncSync(this.#file);
    return { rejected: new Map(), examples: [] };
  }

  close(endTimestamp: number | null): void {
    writeSync(this.#file, line({ endTimestamp }));
    closeSync(this.#file);
  }
}

/** JSON has neither 64-bit integers nor bytes: those become text. */
function line(value: object): string {
  const plain = (_: string, part: unknown) =>
    typeof part === 'bigint'
      ? Number(part)
      : part instanceof Uint8Array
        ? Buffer.from(part).toString('base64')
        : part;
  return `${JSON.stringify(value, plain)}\n`;
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
