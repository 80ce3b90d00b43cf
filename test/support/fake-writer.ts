import type { LaneAnswer, LaneMessage, LaneQuestion, WriterLink } from '../../src/buffer/link.ts';
import type { TableRing } from '../../src/buffer/ring.ts';
import { CONTROL_WORDS, IDS_BYTES, LANE_BYTES, STATS_BYTES } from '../../src/buffer/words.ts';
import { Lane, type LaneOptions } from '../../src/record/lane.ts';
import { MetricsReader, type RecorderMetrics } from '../../src/record/metrics.ts';
import { openTable, type Table, type Validation } from '../../src/record/table.ts';
import type { TableMetrics } from '../../src/record/table-metrics.ts';
import type { TableSchema } from '../../src/schema/types.ts';
import { Drain } from '../../src/writer/drain.ts';
import { MemoryBackend } from './memory-backend.ts';

/**
 * When the writer drains by itself: `awake` as a recorder without a thread does, `pressed` only where the lane waits
 * for room, `asleep` never.
 */
export type Diligence = 'awake' | 'pressed' | 'asleep';

export interface FakeOptions extends Partial<LaneOptions> {
  readonly diligence?: Diligence;
  readonly backend?: MemoryBackend;
}

export interface OpenedTable<T extends TableSchema> {
  readonly table: Table<T>;
  readonly ring: TableRing;
  readonly append: (row: unknown) => number;
}

/** A lane and the real drain on one thread, with messages that arrive as late as they may. */
export class FakeWriter implements WriterLink {
  readonly control: Int32Array;
  readonly statistics: Float64Array;
  readonly ids: BigInt64Array;
  readonly backend: MemoryBackend;
  readonly lane: Lane;
  readonly options: LaneOptions;
  readonly reported: Error[] = [];
  diligence: Diligence;
  readonly #drain: Drain;
  readonly #checks = new Map<TableRing, (row: unknown) => void>();
  readonly #metrics: MetricsReader;
  #messages: LaneMessage[] = [];

  constructor({ diligence = 'pressed', backend = new MemoryBackend(), ...options }: FakeOptions = {}) {
    this.diligence = diligence;
    this.backend = backend;
    this.options = {
      overflow: 'block',
      keep: null,
      warnAbove: 0.75,
      maxWaitMs: 5000,
      memoryLimitBytes: 100 * 2 ** 20,
      maxRecords: 2 ** 31,
      orderedStores: true,
      ...options,
    };
    const block = new SharedArrayBuffer(LANE_BYTES);
    const shared = {
      control: new SharedArrayBuffer(CONTROL_WORDS * 4),
      statistics: new SharedArrayBuffer(STATS_BYTES),
      ids: new SharedArrayBuffer(IDS_BYTES),
    };
    this.control = new Int32Array(shared.control);
    this.statistics = new Float64Array(shared.statistics);
    this.ids = new BigInt64Array(shared.ids);
    this.#drain = new Drain(backend, block, {
      ...shared,
      memoryLimitBytes: this.options.memoryLimitBytes,
      partBytes: Math.max(4 * 2 ** 20, this.options.memoryLimitBytes / 8),
      throwOnFailure: false,
      receive: () => this.#deliver(),
      report: (error) => this.reported.push(error),
      pause: () => {},
    });
    this.lane = new Lane(this, block, this.options);
    this.lane.onFirstRows((ring, row) => this.#checks.get(ring)?.(row));
    this.#metrics = new MetricsReader(this.lane, null, this.options.memoryLimitBytes);
  }

  /** Opens a table whose parents have been opened before. */
  open<T extends TableSchema>(schema: T, generate = true, validate: Validation = 'fast'): OpenedTable<T> {
    const { table, ring, checkKeys } = openTable(this.lane, schema, validate, generate);
    this.#checks.set(ring, checkKeys);
    return { table, ring, append: table.append as (row: unknown) => number };
  }

  drain(): void {
    this.#drain.drain();
  }

  /** Publishes what has ended and drains it. */
  flush(): void {
    this.lane.publish();
    this.drain();
  }

  metrics(): RecorderMetrics {
    return this.#metrics.read(false);
  }

  /** The counters of a table. */
  counts(table: string): TableMetrics {
    return { ...this.metrics().tables[table]! };
  }

  send(message: LaneMessage): void {
    this.#messages.push(message);
  }

  ask(question: LaneQuestion): LaneAnswer {
    this.#deliver();
    return this.#drain.ask(this.#drain.lane, question) as LaneAnswer;
  }

  wake(): void {
    if (this.diligence === 'awake') this.drain();
  }

  nudge(): void {
    this.wake();
  }

  waitForSpace(): void {
    if (this.diligence !== 'asleep') this.drain();
  }

  #deliver(): void {
    const messages = this.#messages;
    this.#messages = [];
    for (const message of messages) this.#drain.lane.receive(message);
  }
}

/** Whether each row that was given is accounted for. */
export function addsUp({ submitted, written, dropped, rejected, failed, pending }: TableMetrics): boolean {
  return pending >= 0 && submitted === written + dropped + rejected + failed + pending;
}
