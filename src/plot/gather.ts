import type { BatchOptions, Reader, TableBatch } from '../read/reader.ts';
import type { PlotPlan } from './choose.ts';
import { Histogram } from './histogram.ts';
import { FrameTimes, numbersOf, QuantityReader } from './numbers.ts';
import type { PlotOptions } from './options.ts';
import { type LineBuilder, type Points, SeriesBuilder, TrajectoryBuilder } from './points.ts';

/** Most lines that are drawn. */
const MOST_LINES = 24;

/** Which line a point belongs to: values of the columns that tell lines apart. */
export type LineKey = readonly (readonly [column: string, value: number | string])[];

/** What was read for a picture, before it is laid out. */
export interface Gathered {
  /** Rows that are drawn. */
  readonly rows: number;
  /** Ids of the runs that these rows are of. */
  readonly runs: readonly string[];
  readonly lines: readonly { readonly key: LineKey; readonly points: Points }[];
  /** Lines beyond those that are drawn. */
  readonly linesLeftOut: number;
  readonly histogram: Histogram;
  /** Values that are null, NaN or infinite. */
  readonly notNumbers: number;
}

/** Reads the rows of a plan, in memory that grows with the picture and not with the recording. */
export async function gather(
  reader: Reader,
  runs: readonly string[],
  plan: PlotPlan,
  options: PlotOptions,
): Promise<Gathered> {
  const lines = new Lines(plan, runs.length > 1);
  const histogram = new Histogram();
  const quantities = [plan.x, plan.y, plan.colour].filter((one) => one !== null);
  const names = [...plan.groups, ...quantities.map(({ column }) => column)].map(({ name }) => name);
  const { episode, agent } = options;
  const where = { ...(episode === undefined ? {} : { episode }), ...(agent === undefined ? {} : { agent }) };
  const drawnRuns: string[] = [];
  let [rows, notNumbers] = [0, 0];
  for (const run of runs) {
    const rowsBefore = rows;
    const wanted: BatchOptions = { select: [...new Set(names)], run, where };
    const frames = quantities.some((one) => one.viaFrame) ? await FrameTimes.read(reader, run) : null;
    const read = (one: PlotPlan['x']) => (one === null ? null : new QuantityReader(one, frames));
    const [readX, readY, readColour] = [read(plan.x), read(plan.y)!, read(plan.colour)];
    for await (const batch of reader.table(plan.table.name).batches(wanted)) {
      const [x, y, colour] = [readX?.of(batch), readY.of(batch), readColour?.of(batch)];
      const lineOf = lines.of(batch, run);
      for (let row = 0; row < batch.rows; row++) {
        const value = y(row);
        if (!Number.isFinite(value)) notNumbers++;
        if (x === undefined) {
          rows++;
          if (Number.isFinite(value)) histogram.add(value);
          continue;
        }
        const line = lineOf(row);
        if (line === null) continue;
        rows++;
        line.add(finite(x(row)), finite(value), colour === undefined ? Number.NaN : finite(colour(row)));
      }
    }
    if (rows > rowsBefore) drawnRuns.push(run);
  }
  const drawn = { rows, runs: drawnRuns, lines: lines.drawn() };
  return { ...drawn, linesLeftOut: lines.leftOut, histogram, notNumbers };
}

/** The lines of a picture: the first ones that come. */
class Lines {
  readonly #plan: PlotPlan;
  readonly #withRun: boolean;
  readonly #lines = new Map<string, { readonly key: LineKey; readonly builder: LineBuilder }>();
  readonly #others = new Set<string>();

  constructor(plan: PlotPlan, withRun: boolean) {
    this.#plan = plan;
    this.#withRun = withRun;
  }

  get leftOut(): number {
    return this.#others.size;
  }

  /** The line of each row of a batch; null where it is left out. */
  of(batch: TableBatch, run: string): (row: number) => LineBuilder | null {
    const columns = this.#plan.groups.map(({ name }) => [name, numbersOf(batch.columns[name]!)] as const);
    return (row) => {
      let text = run;
      for (const [, numberAt] of columns) text += ` ${numberAt(row)}`;
      const found = this.#lines.get(text);
      if (found !== undefined) return found.builder;
      if (this.#lines.size === MOST_LINES) {
        this.#others.add(text);
        return null;
      }
      const own = columns.map(([name, numberAt]) => [name, numberAt(row)] as const);
      const key = [
        ...(this.#withRun ? [['run_id', run] as const] : []),
        ...own.filter(([, value]) => !Number.isNaN(value)),
      ];
      const builder = this.#plan.kind === 'trajectory' ? new TrajectoryBuilder() : new SeriesBuilder();
      this.#lines.set(text, { key, builder });
      return builder;
    };
  }

  drawn(): Gathered['lines'] {
    return [...this.#lines.values()].map(({ key, builder }) => ({ key, points: builder.points() }));
  }
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
