import type { Reader, RecordedRow, Where } from '../reader.ts';
import type { Instant, Moment, Timeline } from './moment.ts';

const STEPS = 'steps';

/** The steps of an episode; those of several agents at one time are one moment. */
export class StepTimeline implements Timeline {
  readonly tables: readonly string[] = [STEPS];
  readonly #reader: Reader;
  readonly #run: string;
  readonly #episode: number;
  readonly #time: string;
  #times: Promise<Float64Array> | null = null;

  /** @param time the column of steps that tells the time, in seconds */
  constructor(reader: Reader, run: string, episode: number, time: string) {
    this.#reader = reader;
    this.#run = run;
    this.#episode = episode;
    this.#time = time;
  }

  async previous(time: number): Promise<Instant | null> {
    const times = await this.#sortedTimes();
    return instantAt(times, firstBehind(times, time) - 1);
  }

  async next(time: number): Promise<Instant | null> {
    const times = await this.#sortedTimes();
    return instantAt(times, firstBehind(times, time));
  }

  async at({ time }: Instant): Promise<Moment> {
    const where: Where = { episode: this.#episode, time };
    const rows = await Array.fromAsync(this.#steps().rows({ run: this.#run, where }));
    return momentOf(time, rows);
  }

  async *moments(from: number, to: number, first?: Instant): AsyncGenerator<Moment, void> {
    const where: Where = { episode: this.#episode, time: { from: Math.max(from, first?.time ?? from), to } };
    let time = Number.NaN;
    let rows: RecordedRow[] = [];
    for await (const row of this.#steps().rows({ run: this.#run, where })) {
      const own = Number(row[this.#time]);
      if (own !== time && rows.length > 0) {
        yield momentOf(time, rows);
        rows = [];
      }
      time = own;
      rows.push(row);
    }
    if (rows.length > 0) yield momentOf(time, rows);
  }

  #steps(): ReturnType<Reader['table']> {
    return this.#reader.table(STEPS);
  }

  /** The times of the episode: one column of it, which is kept. */
  #sortedTimes(): Promise<Float64Array> {
    this.#times ??= this.#readTimes();
    return this.#times;
  }

  async #readTimes(): Promise<Float64Array> {
    const where: Where = { episode: this.#episode, time: {} };
    const columns = await this.#steps().columns({ select: [this.#time], run: this.#run, where });
    const values = columns[this.#time]!.values as ArrayLike<number | bigint>;
    return Float64Array.from(values, Number).sort();
  }
}

function momentOf(time: number, rows: readonly RecordedRow[]): Moment {
  return { frame: null, time, tables: { [STEPS]: rows } };
}

function instantAt(times: Float64Array, index: number): Instant | null {
  const time = times[index];
  return time === undefined ? null : { frame: null, time };
}

/** Index of the first time after another. */
function firstBehind(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
