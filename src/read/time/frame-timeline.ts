import { FRAMES } from '../../schema/time-source.ts';
import type { Between, Reader, RecordedRow } from '../reader.ts';
import type { Instant, Moment, Timeline } from './moment.ts';

interface FrameInstant extends Instant {
  readonly frame: number;
}

/** A table whose rows belong to frames, and the column that says to which. */
interface FramedTable {
  readonly name: string;
  readonly column: string;
}

const TIME = 'simulation_time';
/** Frames that are looked at together at first; then as many as give so many rows. */
const FIRST_FRAMES = 16;
const ROWS_AT_ONCE = 8192;
const FRAMES_AT_ONCE = 4096;
/** The first look around a moment takes this part of the time that was recorded, the next one eight times as much. */
const NARROWEST = 2 ** -20;
const WIDER = 8;

/** The frames of a run. */
export class FrameTimeline implements Timeline {
  readonly tables: readonly string[];
  readonly #reader: Reader;
  readonly #run: string;
  readonly #framed: readonly FramedTable[];
  readonly #frames: Between;

  constructor(reader: Reader, run: string, framed: readonly FramedTable[], frames: Between = {}) {
    this.#reader = reader;
    this.#run = run;
    this.#framed = framed;
    this.#frames = frames;
    this.tables = framed.map(({ name }) => name);
  }

  async previous(time: number): Promise<Instant | null> {
    const span = await this.#span();
    if (span === null || !(time >= span.least)) return null;
    const end = Math.min(time, span.greatest);
    return this.#search(
      span,
      (width) => [width < Number.POSITIVE_INFINITY ? end - width : Number.NEGATIVE_INFINITY, end],
      latest,
    );
  }

  async next(time: number): Promise<Instant | null> {
    const span = await this.#span();
    if (span === null || !(time < span.greatest)) return null;
    const start = Math.max(time, span.least);
    const behind = (found: readonly FrameInstant[]) => earliest(found.filter((one) => one.time > time));
    return this.#search(
      span,
      (width) => [start, width < Number.POSITIVE_INFINITY ? start + width : width],
      behind,
    );
  }

  async at({ frame, time }: Instant): Promise<Moment> {
    const [moment] = await this.#read([{ frame: frame!, time }]);
    return moment!;
  }

  async *moments(from: number, to: number, first?: Instant): AsyncGenerator<Moment, void> {
    const frames = { ...this.#frames, from: Math.max(this.#frames.from ?? 0, first?.frame ?? 0) };
    const where = { time: { from, to }, frame: frames };
    const options = { select: ['id', TIME], run: this.#run, where, batchRows: FRAMES_AT_ONCE };
    let count = FIRST_FRAMES;
    for await (const { columns, rows } of this.#reader.table(FRAMES).batches(options)) {
      const instants = Array.from({ length: rows }, (_, row): FrameInstant => {
        return { frame: columns.id!.values[row] as number, time: columns[TIME]!.values[row] as number };
      });
      for (let at = 0; at < instants.length; ) {
        const moments = await this.#read(instants.slice(at, at + count));
        yield* moments;
        at += moments.length;
        count = Math.max(1, Math.round((moments.length * ROWS_AT_ONCE) / (rowsIn(moments) + moments.length)));
      }
    }
  }

  async #span(): Promise<{ least: number; greatest: number } | null> {
    const extent = await this.#reader.table(FRAMES).extent(TIME);
    return extent === null ? null : { least: Number(extent.least), greatest: Number(extent.greatest) };
  }

  /** Looks at ever more of the time around a moment, until there is a frame in it, or all has been looked at. */
  async #search(
    { least, greatest }: { least: number; greatest: number },
    windowOf: (width: number) => [from: number, to: number],
    choose: (found: readonly FrameInstant[]) => FrameInstant | null,
  ): Promise<FrameInstant | null> {
    const all = greatest - least;
    for (let width = Number.isFinite(all) ? all * NARROWEST : Number.POSITIVE_INFINITY; ; width *= WIDER) {
      const [from, to] = windowOf(width);
      const found = choose(await this.#framesBetween(from, to));
      if (found !== null) return found;
      if (!(width < all)) return null;
    }
  }

  async #framesBetween(from: number, to: number): Promise<readonly FrameInstant[]> {
    const where = { time: { from, to }, frame: this.#frames };
    const select = ['id', TIME];
    const columns = await this.#reader.table(FRAMES).columns({ select, run: this.#run, where });
    const times = columns[TIME]!.values as Float64Array;
    return Array.from(columns.id!.values as Float64Array, (frame, row) => ({ frame, time: times[row]! }));
  }

  /** Reads the rows of frames, which are given in the order of their ids. */
  async #read(instants: readonly FrameInstant[]): Promise<readonly Moment[]> {
    const moments = instants.map(({ frame, time }) => {
      const tables: Record<string, RecordedRow[]> = Object.fromEntries(this.tables.map((name) => [name, []]));
      return { frame, time, tables };
    });
    const byFrame = new Map(moments.map((moment) => [moment.frame, moment]));
    const where = { frame: { from: instants[0]!.frame, to: instants.at(-1)!.frame } };
    for (const { name, column } of this.#framed) {
      for await (const row of this.#reader.table(name).rows({ run: this.#run, where })) {
        const moment = byFrame.get(row[column] as number);
        if (moment !== undefined) moment.tables[name]!.push(row);
      }
    }
    return moments;
  }
}

function latest(found: readonly FrameInstant[]): FrameInstant | null {
  let last: FrameInstant | null = null;
  for (const one of found) if (last === null || one.time >= last.time) last = one;
  return last;
}

function earliest(found: readonly FrameInstant[]): FrameInstant | null {
  let first: FrameInstant | null = null;
  for (const one of found) if (first === null || one.time < first.time) first = one;
  return first;
}

function rowsIn(moments: readonly Moment[]): number {
  let rows = 0;
  for (const { tables } of moments) for (const list of Object.values(tables)) rows += list.length;
  return rows;
}
