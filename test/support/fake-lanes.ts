import type { LaneAnswer, LaneMessage, LaneQuestion, WriterLink } from '../../src/buffer/link.ts';
import {
  CONTROL_WORDS,
  IDS_BYTES,
  IN_USE_KB,
  LANE_BYTES,
  LANE_IN_USE_KB,
  LANE_MEMORY_KB,
  LANE_RESERVED_KB,
  MEMORY_KB,
  RESERVED_KB,
  STATS_BYTES,
} from '../../src/buffer/words.ts';
import { Lane, type LaneOptions } from '../../src/record/lane.ts';
import { MetricsReader, type RecorderMetrics } from '../../src/record/metrics.ts';
import { OtherLanes } from '../../src/record/other-lanes.ts';
import { openTable } from '../../src/record/table.ts';
import type { TableSchema } from '../../src/schema/types.ts';
import { Drain } from '../../src/writer/drain.ts';
import type { LaneReader } from '../../src/writer/lane-reader.ts';
import type { OpenedTable } from './fake-writer.ts';
import { MemoryBackend } from './memory-backend.ts';

export interface FakeLanesOptions extends Partial<LaneOptions> {
  readonly backend?: MemoryBackend;
  /** Bytes after which a commit frees what it has written. */
  readonly partBytes?: number;
  /** Whether producers throw after a permanent failure. */
  readonly throwOnFailure?: boolean;
  /** Called where a lane waits for room, instead of a drain. */
  readonly onWait?: (ms: number) => void;
}

/**
 * Several lanes and the real drain on one thread, as the writer thread puts them together: messages and new lanes
 * arrive when the writer looks, ended lanes are parted with after a drain.
 */
export class FakeLanes {
  readonly control: Int32Array;
  readonly statistics: Float64Array;
  readonly ids: BigInt64Array;
  readonly backend: MemoryBackend;
  readonly options: LaneOptions;
  readonly reported: Error[] = [];
  /** What became of the lanes that have been parted with. */
  readonly parted: { readonly lane: FakeLane; readonly unitOpen: boolean; readonly rows: number }[] = [];
  /** The recorder's own lane first, then those that have not been parted with. */
  readonly lanes: FakeLane[] = [];
  readonly onWait: (ms: number) => void;
  readonly drainer: Drain;
  readonly #others = new OtherLanes();
  readonly #metrics: MetricsReader;
  #count = 0;

  constructor({
    backend = new MemoryBackend(),
    partBytes = 4 * 2 ** 20,
    throwOnFailure = false,
    onWait,
    ...options
  }: FakeLanesOptions = {}) {
    this.backend = backend;
    this.onWait = onWait ?? (() => this.drain());
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
    this.drainer = new Drain(backend, block, {
      ...shared,
      memoryLimitBytes: this.options.memoryLimitBytes,
      partBytes,
      throwOnFailure,
      receive: () => this.receive(),
      report: (error) => this.reported.push(error),
      pause: () => {},
    });
    const main = new FakeLane(this, this.#count++, block);
    main.reader = this.drainer.lane;
    this.lanes.push(main);
    this.#metrics = new MetricsReader(main.lane, this.#others, this.options.memoryLimitBytes);
  }

  get main(): FakeLane {
    return this.lanes[0]!;
  }

  /** What `recorder.attach` and `joinRecorder` do; the writer hears of the lane when it looks. */
  attach(): FakeLane {
    const block = new SharedArrayBuffer(LANE_BYTES);
    const joined = new FakeLane(this, this.#count++, block);
    this.lanes.push(joined);
    this.#others.add(joined.number, block);
    this.main.lane.addLane();
    joined.lane.join();
    return joined;
  }

  /** One round of the writer: a commit, then it parts with lanes that have ended. */
  drain(): void {
    this.receive();
    this.drainer.drain();
    this.part();
  }

  /** Publishes what has ended in all lanes, and drains it. */
  flush(): void {
    for (const { lane, ended } of this.lanes) if (!ended) lane.publish();
    this.drain();
  }

  /** What the writer does when the recorder is closed, to the point where the backend is. */
  close(): void {
    this.receive();
    this.drainer.drain();
    this.drainer.closeLanes();
  }

  metrics(): RecorderMetrics {
    return this.#metrics.read(false);
  }

  /** Takes messages that have arrived. */
  receive(): void {
    for (const lane of this.lanes) lane.deliver();
  }

  answer(lane: FakeLane, question: LaneQuestion): LaneAnswer {
    this.receive();
    const answer = this.drainer.ask(lane.reader!, question) as LaneAnswer;
    if (question.type === 'table' && question.layout === 0 && lane.number > 0)
      this.#others.nameTable(lane.number, question.table, question.plan.name);
    return answer;
  }

  /** Words that say one thing of all lanes and another of their sum, as text; nothing where they agree. */
  leaks(): string[] {
    const words = [
      ['memory', MEMORY_KB, LANE_MEMORY_KB],
      ['reserved', RESERVED_KB, LANE_RESERVED_KB],
      ['in use', IN_USE_KB, LANE_IN_USE_KB],
    ] as const;
    return words.flatMap(([name, all, own]) => {
      const sum = this.lanes.reduce((sum, { lane }) => sum + lane.words[own]!, 0);
      return this.control[all] === sum ? [] : [`${name}: ${this.control[all]} KB, of lanes ${sum}`];
    });
  }

  /** Says good-bye to lanes that have ended, unless they have to wait for another one's commit. */
  part(): void {
    for (const lane of this.lanes.filter(({ ended }) => ended)) {
      if (lane.reader === null || this.drainer.isWaiting(lane.reader)) continue;
      // That a thread is gone is the last that is heard of it.
      lane.deliver();
      this.lanes.splice(this.lanes.indexOf(lane), 1);
      const { unitOpen, rows } = this.drainer.detach(lane.reader) as { unitOpen: boolean; rows: number };
      this.#others.end(lane.number);
      this.parted.push({ lane, unitOpen, rows });
    }
  }
}

/** One thread's end, as the recorder on it sees it. */
export class FakeLane implements WriterLink {
  readonly lane: Lane;
  readonly number: number;
  readonly control: Int32Array;
  readonly statistics: Float64Array;
  readonly ids: BigInt64Array;
  /** Whether its thread has closed it, or is gone. */
  ended = false;
  /** The writer's side, once it has heard of the lane. */
  reader: LaneReader | null = null;
  readonly #all: FakeLanes;
  readonly #block: SharedArrayBuffer;
  #messages: LaneMessage[] = [];

  constructor(all: FakeLanes, number: number, block: SharedArrayBuffer) {
    this.#all = all;
    this.#block = block;
    this.number = number;
    this.control = all.control;
    this.statistics = all.statistics;
    this.ids = all.ids;
    this.lane = new Lane(this, block, all.options);
  }

  open<T extends TableSchema>(schema: T): OpenedTable<T> {
    const { table, ring } = openTable(this.lane, schema, 'fast');
    return { table, ring, append: table.append as (row: unknown) => number };
  }

  /** What `recorder.close` does on the lane's thread. */
  close(): void {
    if (this.lane.unitOpen) this.lane.endUnit();
    else this.lane.publish();
    for (const ring of this.lane.rings) ring.giveBackIds();
    this.ended = true;
  }

  /** What is left of the lane where its thread is gone. */
  die(): void {
    this.ended = true;
  }

  deliver(): void {
    this.reader ??= this.#all.drainer.attach(this.#block);
    const messages = this.#messages;
    this.#messages = [];
    for (const message of messages) this.reader.receive(message);
  }

  send(message: LaneMessage): void {
    this.#messages.push(message);
  }

  ask(question: LaneQuestion): LaneAnswer {
    return this.#all.answer(this, question);
  }

  wake(): void {}

  nudge(): void {}

  waitForSpace(_: number, ms: number): void {
    this.#all.onWait(ms);
  }
}
