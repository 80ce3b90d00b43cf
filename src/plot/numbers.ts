import type { ColumnData, Reader, TableBatch } from '../read/reader.ts';
import { isNullAt } from '../read/validity.ts';
import type { Quantity } from './choose.ts';

/** The number of a row; NaN where it has none. */
export type NumberAt = (row: number) => number;

/** Numbers of a column of a batch: true is 1, a timestamp is in seconds. */
export function numbersOf(data: ColumnData): NumberAt {
  const { column, values } = data;
  const scale = column.kind === 'timestamp' ? 1e-9 : 1;
  return (row) => {
    const value = values[row] as number | bigint | boolean | null;
    return value === null || isNullAt(data, row) ? Number.NaN : Number(value) * scale;
  };
}

/** Reads a quantity from the batches of a run's table. */
export class QuantityReader {
  readonly #quantity: Quantity;
  readonly #frames: FrameTimes | null;
  /** Wall-clock times are shown from the first one on. */
  #origin: number | null;

  /** @param frames of the run; null where the quantity is none of frames */
  constructor(quantity: Quantity, frames: FrameTimes | null) {
    this.#quantity = quantity;
    this.#frames = frames;
    this.#origin = isWallClock(quantity) ? null : 0;
  }

  of(batch: TableBatch): NumberAt {
    const own = numbersOf(batch.columns[this.#quantity.column.name]!);
    const { viaFrame } = this.#quantity;
    const value: NumberAt = viaFrame ? (row) => this.#frames!.time(own(row)) : own;
    return (row) => {
      const absolute = value(row);
      this.#origin ??= absolute;
      return absolute - this.#origin;
    };
  }
}

/** Whether a quantity is a time since the Unix epoch. */
export function isWallClock({ column: { kind, clock }, viaFrame }: Quantity): boolean {
  return !viaFrame && (kind === 'timestamp' || clock === 'wall');
}

/** When the frames of a run were, by id: 16 bytes a frame. */
export class FrameTimes {
  readonly #ids: Float64Array;
  readonly #times: Float64Array;

  private constructor(ids: Float64Array, times: Float64Array) {
    this.#ids = ids;
    this.#times = times;
  }

  static async read(reader: Reader, run: string): Promise<FrameTimes> {
    const table = reader.table('simulation_frame');
    const id = table.info.id!;
    const columns = await table.columns({ select: [id, 'simulation_time'], run });
    const all = (name: string) => {
      const numberAt = numbersOf(columns[name]!);
      return Float64Array.from({ length: columns[name]!.values.length }, (_, row) => numberAt(row));
    };
    return new FrameTimes(all(id), all('simulation_time'));
  }

  /** NaN where there is no such frame. */
  time(id: number): number {
    const [ids, times] = [this.#ids, this.#times];
    // Most often no frame is missing.
    const guess = id - ids[0]!;
    if (ids[guess] === id) return times[guess]!;
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return ids[low] === id ? times[low]! : Number.NaN;
  }
}
