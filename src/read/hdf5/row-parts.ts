import type { Metadata } from 'h5wasm/node';
import type { RawValues } from './raw-values.ts';

/** Texts of a file up to this size may be read all at once; the library's memory ends at 2 GB. */
export const MOST_TEXT: number = 2 ** 28;
/** How much longer texts may be than those before. */
const MORE = 8;
/** More than is read of a dataset at once, in bytes. */
const MOST_ROWS = 2 ** 29;
/** A chunk of simtape's has 1 MiB, or one row. */
const MOST_CHUNK = 2 ** 28;

/** Rows of a dataset that are to be read. */
export interface RowsOf {
  readonly from: number;
  readonly to: number;
  /** What is wanted of each: sizes, and where they begin. */
  readonly rest: readonly number[];
  readonly offset: readonly number[];
  /** Rows that are read at once. */
  readonly most: number;
}

/**
 * Reads rows, all that may be read at once together.
 * @param mayBeMany whether they are texts or byte strings of a large file: then in parts that go by the length of those
 *   before, since the library holds all of them that it reads at once
 */
export function* rowParts(
  { from, to, rest, offset, most }: RowsOf,
  mayBeMany: boolean,
  read: (count: bigint[], offset: bigint[]) => RawValues,
): Generator<RawValues, void> {
  let step = mayBeMany ? 1 : most;
  for (let row = from; row < to; ) {
    const end = Math.min(to, row + step);
    const values = read([end - row, ...rest].map(BigInt), [row, ...offset].map(BigInt));
    yield values;
    if (mayBeMany) {
      const texts = values as readonly { readonly length: number }[];
      const bytes = texts.reduce((sum, { length }) => sum + length, 1) / (end - row);
      step = Math.max(1, Math.min(most, MORE * step, Math.floor(MOST_TEXT / MORE / bytes)));
    }
    row = end;
  }
}

/** @throws `Error` for more than simtape ever has in a chunk, or reads at once */
export function refuseLarge(path: string, bytes: number, { chunks, size }: Metadata): void {
  const chunk = (chunks ?? []).reduce((product, one) => product * one, size);
  if (chunk > MOST_CHUNK) throw new Error(`${path} has chunks of ${chunk} bytes`);
  if (bytes > MOST_ROWS) throw new Error(`${path} has rows of ${bytes} bytes to be read at once`);
}
