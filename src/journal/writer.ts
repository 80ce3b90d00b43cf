import { randomBytes } from 'node:crypto';
import { readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Commit, Slice, TableRows } from '../backends/commit.ts';
import { makeFolder } from '../backends/make-folder.ts';
import { syncFolder } from '../backends/sync-folder.ts';
import { SimtapeError } from '../errors.ts';
import type { TablePlan } from '../schema/plan.ts';
import { ArenaBlocks } from './arena-block.ts';
import { type PlannedImage, planImage, writeImage } from './encode.ts';
import { RECORD_ABANDON, RECORD_PLAN, RECORD_ROWS, segmentNumber } from './format.ts';
import { RecordSink } from './record-sink.ts';
import { encodePlan, encodeSegmentHeader, type NumberedPlan } from './segment-header.ts';
import { SegmentWriter } from './segment-writer.ts';

export interface JournalOptions {
  readonly runId: string;
  /** `process`: what was appended outlives the process. `power`: it outlives a loss of power too. */
  readonly durability: 'process' | 'power';
  /** Bytes after which the next commit goes into a new segment. Default 16 MiB. */
  readonly segmentBytes?: number;
  /** Bytes of the buffer between columns and file, and about the most in one record. Default 1 MiB. */
  readonly bufferBytes?: number;
}

const SEGMENT_BYTES = 16 * 2 ** 20;
const BUFFER_BYTES = 2 ** 20;

/**
 * Writes commits into the segment files of a folder, each before a backend takes it. A commit is one `write` as a
 * rule; one that is larger than the buffer becomes several records, which count together or not at all.
 */
export class JournalWriter {
  readonly #folder: string;
  readonly #options: JournalOptions;
  readonly #segmentBytes: number;
  readonly #recordBytes: number;
  readonly #arenas = new ArenaBlocks();
  readonly #sink: RecordSink;
  /** The segments that stand in the folder, the newest last. */
  readonly #segments: SegmentWriter[] = [];
  /** The newest segment while it takes more, else null. */
  #current: SegmentWriter | null = null;
  #segmentCount = 0;
  readonly #planNumbers = new WeakMap<TablePlan, number>();
  readonly #newest = new Map<string, TablePlan>();
  #planCount = 0;
  /** Commits that were taken: one that the backend failed to store comes again. */
  readonly #taken = new WeakSet<Commit>();
  /** The commit that is open, and how many records it has so far. */
  #open = { number: 0, parts: 0 };

  /**
   * @param folder is made where it is missing
   * @throws `CannotOpen` where it holds a journal already: that of a run which did not end
   */
  constructor(folder: string, options: JournalOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#recordBytes = options.bufferBytes ?? BUFFER_BYTES;
    this.#sink = new RecordSink(this.#recordBytes, (bytes) => this.#current!.write(bytes));
    makeFolder(folder);
    if (options.durability === 'power') syncFolder(dirname(folder));
    if (readdirSync(folder).some((name) => segmentNumber(name) !== null)) {
      throw new SimtapeError(
        'CannotOpen',
        `${folder} holds the journal of a run that did not end: recover it first`,
        { path: folder },
      );
    }
  }

  /** Bytes of all segments that stand in the folder. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** Bytes of memory that it holds. */
  get memory(): number {
    return this.#sink.memory + this.#arenas.memory;
  }

  /** Tells of a table, or of its new columns. Plans that come with rows need no telling. */
  plan(plan: TablePlan): void {
    this.#newest.set(plan.name, plan);
    this.#write(() => this.#number(plan));
  }

  /**
   * Writes a commit, or a part of one. Once this returns it is as durable as was asked for. The same object a second
   * time, after the backend has failed, is ignored.
   *
   * @throws what the file system throws; nothing of `commit` stands in the journal then
   */
  append(commit: Commit): void {
    if (this.#taken.has(commit)) return;
    let parts = commit.number === this.#open.number ? this.#open.parts : 0;
    const segment = this.#write((segment) => {
      parts = this.#rows(segment, commit, parts);
    });
    segment.lastCommit = Math.max(segment.lastCommit, commit.number);
    this.#open = commit.open ? { number: commit.number, parts } : { number: 0, parts: 0 };
    this.#taken.add(commit);
  }

  /**
   * Takes back the parts of the commit that is open; nothing where none is. Where it throws they are taken back all the
   * same by the next commit, which begins with a first part.
   */
  abandon(): void {
    const { number, parts } = this.#open;
    if (parts === 0) return;
    this.#open = { number: 0, parts: 0 };
    this.#write((segment) => this.#record(segment, RECORD_ABANDON, number, parts, false, 0, () => {}));
  }

  /** Deletes the segments whose commits are all held elsewhere, those up to `upTo`. */
  release(upTo: number): void {
    while (this.#segments.length > 0 && this.#segments[0]!.lastCommit <= upTo) {
      const segment = this.#segments[0]!;
      if (segment === this.#current) this.#retire();
      unlinkSync(segment.path);
      this.#segments.shift();
    }
  }

  /** Ends the journal. With `remove`, deletes it: all that it holds must be held elsewhere. */
  close({ remove }: { remove: boolean }): void {
    this.#retire();
    if (!remove) return;
    for (const segment of this.#segments.splice(0)) unlinkSync(segment.path);
    if (readdirSync(this.#folder).length === 0) rmdirSync(this.#folder);
  }

  /** Writes records into one segment, all of them or none. */
  #write(body: (segment: SegmentWriter) => void): SegmentWriter {
    const segment = this.#segment();
    try {
      body(segment);
      this.#sink.flush();
      if (this.#options.durability === 'power') segment.sync();
      segment.keep();
      return segment;
    } catch (error) {
      this.#sink.clear();
      segment.plans.clear();
      if (!segment.takeBack()) this.#retire();
      throw error;
    }
  }

  /** The segment that takes the next records. */
  #segment(): SegmentWriter {
    if (this.#current !== null && this.#current.bytes >= this.#segmentBytes) this.#retire();
    if (this.#current !== null) return this.#current;
    const plans: NumberedPlan[] = [...this.#newest.values()].map((plan) => ({
      number: this.#numberOf(plan),
      plan,
    }));
    const header = encodeSegmentHeader({ runId: this.#options.runId, plans }, randomBytes(4).readUInt32LE());
    const power = this.#options.durability === 'power';
    const segment = new SegmentWriter(this.#folder, this.#segmentCount + 1, header, power);
    this.#segmentCount++;
    for (const { number } of plans) segment.plans.add(number);
    this.#segments.push(segment);
    this.#current = segment;
    return segment;
  }

  #retire(): void {
    this.#current?.close();
    this.#current = null;
  }

  /** Writes the rows of a commit, a record for each `recordBytes` or so. Returns how many parts it has now. */
  #rows(segment: SegmentWriter, commit: Commit, before: number): number {
    let part = before;
    let images: PlannedImage[] = [];
    let bytes = 0;
    this.#arenas.reset();
    const record = (open: boolean) => {
      this.#record(segment, RECORD_ROWS, commit.number, part++, open, bytes, () => {
        for (const image of images) writeImage(image, this.#sink);
      });
      images = [];
      bytes = 0;
      this.#arenas.reset();
    };
    for (const table of commit.tables) {
      this.#newest.set(table.plan.name, table.plan);
      for (const slice of table.slices) {
        if (bytes >= this.#recordBytes) record(true);
        const image = this.#image(table, slice);
        images.push(image);
        bytes += image.bytes;
      }
    }
    record(commit.open);
    return part;
  }

  #image(table: TableRows, slice: Slice): PlannedImage {
    return planImage(slice, this.#number(slice.plan), this.#number(table.plan), this.#arenas.of(slice));
  }

  /** The number of a plan that stands in the newest segment; writes it there where it does not. */
  #number(plan: TablePlan): number {
    const segment = this.#current!;
    const number = this.#numberOf(plan);
    if (!segment.plans.has(number)) {
      const bytes = encodePlan(plan);
      this.#record(segment, RECORD_PLAN, number, 0, false, bytes.length, () =>
        this.#sink.copy(bytes, 0, bytes.length),
      );
      segment.plans.add(number);
    }
    return number;
  }

  #numberOf(plan: TablePlan): number {
    let number = this.#planNumbers.get(plan);
    if (number === undefined) {
      number = this.#planCount++;
      this.#planNumbers.set(plan, number);
    }
    return number;
  }

  #record(
    segment: SegmentWriter,
    type: number,
    number: number,
    part: number,
    open: boolean,
    length: number,
    payload: () => void,
  ): void {
    const position = segment.bytes + this.#sink.used;
    this.#sink.begin({ type, open, length, number, position, part }, segment.seed);
    payload();
    this.#sink.end();
  }
}
