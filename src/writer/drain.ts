import type { MaybePromise, StorageBackend } from '../backends/backend.ts';
import type { LaneAnswer, LaneQuestion, SharedBlocks } from '../buffer/link.ts';
import {
  EPOCH,
  LANES,
  MEMORY_KB,
  REQUEST,
  REQUEST_CLOSED,
  REQUEST_FAILED,
  REQUEST_STOP,
  SPACE,
  STATE_FAILED,
  WRITER_STATE,
} from '../buffer/words.ts';
import { Catalog, type CatalogTable } from './catalog.ts';
import { CommitTimes } from './commit-times.ts';
import { CommitWriter, type TableTakes, type Take } from './commit-writer.ts';
import { type Cut, LaneReader } from './lane-reader.ts';
import { andThen } from './maybe-promise.ts';
import type { PlainLosses } from './protocol.ts';

export interface DrainOptions extends SharedBlocks {
  readonly memoryLimitBytes: number;
  /** Bytes of segments after which a commit frees what it has written, so that producers need not wait for its end. */
  readonly partBytes: number;
  /** Whether producers throw after a permanent failure. */
  readonly throwOnFailure: boolean;
  /** Takes messages of the lanes that have arrived; called after their cuts were read. */
  readonly receive: () => void;
  /** Told of each loss once, when it happens. */
  readonly report: (error: Error) => void;
  /** Waits between attempts. */
  readonly pause: (ms: number) => MaybePromise<void>;
}

/** Share of the memory limit from which on lanes keep no segments that they do not use. */
const MUCH = 1 / 2;

/** A cut that a commit takes. */
interface Taking {
  readonly lane: LaneReader;
  readonly cut: Cut;
}

/**
 * Turns what lanes have published into numbered commits. Knows no thread: the worker calls it in a loop, tests and
 * recorders without a thread call it directly.
 */
export class Drain {
  /** The recorder's own lane. */
  readonly lane: LaneReader;
  readonly #backend: StorageBackend;
  readonly #options: DrainOptions;
  readonly #control: Int32Array;
  readonly #catalog: Catalog;
  readonly #commits: CommitWriter;
  readonly #lanes: LaneReader[] = [];
  /** The lane whose unit is larger than the memory, so that its commit is open. */
  #openLane: LaneReader | null = null;
  /** Tables that were asked for while a commit was open. */
  readonly #asked = new Set<CatalogTable>();

  /** @param lane the block of the recorder's own lane */
  constructor(backend: StorageBackend, lane: SharedArrayBuffer, options: DrainOptions) {
    this.#backend = backend;
    this.#options = options;
    this.#control = new Int32Array(options.control);
    this.#catalog = new Catalog(backend, new BigInt64Array(options.ids));
    this.#commits = new CommitWriter(backend, {
      ...options,
      control: this.#control,
      times: new CommitTimes(new Float64Array(options.statistics)),
      onFailure: () => this.#failed(),
    });
    this.lane = this.#add(lane);
  }

  /** Reads another lane too, from now on. */
  attach(buffer: SharedArrayBuffer): LaneReader {
    const lane = this.#add(buffer);
    if (this.#commits.failure !== null && this.#options.throwOnFailure) lane.requestStop(REQUEST_FAILED);
    return lane;
  }

  /**
   * Writes what a lane has published whose thread has ended, returns its memory and forgets it.
   * @returns whether it ended in the middle of a unit, and rows of it that had been given and are lost
   */
  detach(lane: LaneReader): MaybePromise<{ unitOpen: boolean; rows: number }> {
    // Drained first: a unit larger than the memory may have ended since the writer looked.
    return andThen(this.drain(), () =>
      andThen(this.#openLane === lane ? this.#abandon() : 0, (abandoned) => {
        const rows = abandoned + lane.leave();
        // Others may have waited for that unit.
        return andThen(abandoned > 0 ? this.drain() : undefined, () => {
          lane.release();
          lane.end();
          this.#lanes.splice(this.#lanes.indexOf(lane), 1);
          this.#commits.losses.close(lane);
          Atomics.sub(this.#control, LANES, 1);
          this.#freed();
          return { unitOpen: lane.unitOpen || rows > 0, rows };
        });
      }),
    );
  }

  /** Answers a lane's question. */
  ask(lane: LaneReader, question: LaneQuestion): MaybePromise<LaneAnswer> {
    if (question.type === 'columns') return answer(this.#catalog.find(question.name)!);
    const { table, layout, plan } = question;
    return andThen(this.#catalog.add(plan, this.#commits.failure === null), (made) => {
      if (this.#commits.open) this.#asked.add(made);
      lane.addPlan(table, made.number, layout, plan);
      return answer(made);
    });
  }

  /** Makes one commit of all that is published; nothing where there is nothing new. */
  drain(): MaybePromise<void> {
    // A stop of the recorder's own lane is one of all lanes.
    if (Atomics.load(this.lane.words, REQUEST) === REQUEST_STOP)
      for (const lane of this.#lanes) lane.passOnStop();
    // What is published from here on carries the next epoch.
    const epoch = Atomics.add(this.#control, EPOCH, 1);
    const takings: Taking[] = [];
    for (const lane of this.#lanes) {
      const cut = lane.cut(epoch);
      if (cut !== null) takings.push({ lane, cut });
    }
    this.#options.receive();
    if (this.busy) {
      const going = takings.find(({ lane }) => lane === this.#openLane);
      if (going === undefined) return;
      if (going.cut.open) return this.#part([going]);
    }
    this.#openLane = null;
    const ended = takings.filter(({ cut }) => !cut.open);
    const begun = takings.find(({ cut }) => cut.open);
    return andThen(this.#part(ended), () => {
      if (begun === undefined) return;
      this.#openLane = begun.lane;
      return this.#part([begun]);
    });
  }

  /** Whether a unit that is larger than the memory is being written, so that nothing else is. */
  get busy(): boolean {
    return this.#openLane !== null && this.#commits.failure === null;
  }

  /** Whether a lane has to wait for another one's commit before its rows are written. */
  isWaiting(lane: LaneReader): boolean {
    return this.busy && this.#openLane !== lane;
  }

  /** What was lost since the lane's last call. */
  takeLosses(lane: LaneReader): PlainLosses {
    return this.#commits.losses.take(lane);
  }

  /** Asks all lanes to publish what has ended. */
  requestPublication(): void {
    for (const lane of this.#lanes) lane.requestPublication();
  }

  /**
   * Makes the next call of the other lanes throw, and writes what they have published.
   * @returns rows of units that had not ended, by lane, which were taken back
   */
  closeLanes(): MaybePromise<ReadonlyMap<LaneReader, number>> {
    for (const lane of this.#lanes) if (lane !== this.lane) lane.requestStop(REQUEST_CLOSED);
    return this.#endUnits(new Map());
  }

  /** Drains until no unit is open. A lane whose unit is taken back goes on for a while, but is not read any more. */
  #endUnits(lost: Map<LaneReader, number>): MaybePromise<ReadonlyMap<LaneReader, number>> {
    return andThen(this.drain(), () => {
      const open = this.#openLane;
      if (open === null) return lost;
      return andThen(this.#abandon(), (rows) => {
        lost.set(open, rows + open.leave());
        return this.#endUnits(lost);
      });
    });
  }

  close(endTimestamp: number): MaybePromise<void> {
    return this.#backend.close(this.#commits.failure === null ? endTimestamp : null);
  }

  #add(buffer: SharedArrayBuffer): LaneReader {
    const lane = new LaneReader(this.#control, buffer);
    this.#lanes.push(lane);
    this.#commits.losses.open(lane);
    return lane;
  }

  /** Writes a part of what is taken, all of it as a rule, frees its memory, and goes on with the next part. */
  #part(takings: readonly Taking[]): MaybePromise<void> {
    const tables = this.#take(takings);
    const unfinished = takings.filter(({ lane, cut }) => !lane.finished(cut));
    const open = unfinished.length > 0 || takings.some(({ cut }) => cut.open);
    return andThen(this.#commits.write(tables, open), () => {
      if (!this.#commits.open) this.#asked.clear();
      this.#release();
      if (unfinished.length > 0) return this.#part(unfinished);
    });
  }

  /** Rows of all takings, parents before children also where they come from several lanes. */
  #take(takings: readonly Taking[]): TableTakes[] {
    const budget = { bytes: this.#options.partBytes };
    const tables: TableTakes[] = [];
    for (const table of this.#catalog.tables) {
      const takes: Take[] = [];
      for (const { lane, cut } of takings) {
        const slices = lane.take(table.number, cut, budget);
        if (slices.length > 0) takes.push({ lane, slices });
      }
      if (takes.length > 0) tables.push({ table, takes });
    }
    return tables;
  }

  #abandon(): MaybePromise<number> {
    this.#openLane = null;
    return andThen(this.#commits.abandon(), (rows) =>
      andThen(this.#remake([...this.#asked]), () => {
        this.#asked.clear();
        return rows;
      }),
    );
  }

  /** Tables that were made in a commit went with it. */
  #remake([first, ...others]: readonly CatalogTable[]): MaybePromise<void> {
    if (first === undefined || this.#commits.failure !== null) return;
    return andThen(this.#backend.createTable(first.plan), () => this.#remake(others));
  }

  #failed(): void {
    this.#openLane = null;
    Atomics.store(this.#control, WRITER_STATE, STATE_FAILED);
    if (this.#options.throwOnFailure) for (const lane of this.#lanes) lane.requestStop(REQUEST_FAILED);
  }

  #release(): void {
    let any = false;
    for (const lane of this.#lanes) any = lane.release() || any;
    // A lane keeps its segments for itself; what it does not need must not stand in the way of others.
    const scarce = Atomics.load(this.#control, MEMORY_KB) * 1024 > this.#options.memoryLimitBytes * MUCH;
    if (scarce && this.#lanes.length > 1) for (const lane of this.#lanes) any = lane.reclaim() || any;
    if (any) this.#freed();
  }

  #freed(): void {
    Atomics.add(this.#control, SPACE, 1);
    Atomics.notify(this.#control, SPACE);
  }
}

function answer({ number, ids, plan }: CatalogTable): LaneAnswer {
  return { number, ids, columns: plan.columns };
}
