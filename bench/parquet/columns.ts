import type { Batch, ParquetColumn } from '../../src/formats/parquet/index.ts';
import { STATE } from '../state.ts';

/** Rows of one row group: about a million values, as the recorder has by default. */
export const GROUP_ROWS = 50_000;

export const LABELS: readonly string[] = ['cast', 'surge', 'search', 'idle'];

/** The columns that everybody writes: ids, step numbers of episodes, the numbers of a state, what an agent does. */
export interface Columns {
  readonly rows: number;
  readonly ids: BigInt64Array<ArrayBuffer>;
  readonly steps: Int32Array<ArrayBuffer>;
  readonly numbers: readonly Float64Array<ArrayBuffer>[];
  readonly codes: Uint8Array<ArrayBuffer>;
}

/** What the numbers are like: `smooth` is a random walk as of a position, `noise` has no two alike bits. */
export type Motion = 'smooth' | 'noise';

export function makeColumns(rows: number, motion: Motion): Columns {
  const next = randomNumbers(motion === 'smooth' ? 1 : 2);
  const numbers = STATE.map(() => {
    const values = new Float64Array(rows);
    let position = next();
    for (let i = 0; i < rows; i++) {
      position = motion === 'smooth' ? position + (next() - 0.5) * 0.01 : next();
      values[i] = position;
    }
    return values;
  });
  return {
    rows,
    ids: BigInt64Array.from({ length: rows }, (_, i) => BigInt(i + 1)),
    steps: Int32Array.from({ length: rows }, (_, i) => i % 1000),
    numbers,
    // An action is kept for some steps.
    codes: Uint8Array.from({ length: rows }, (_, i) => ((i >> 5) * 7 + (i >> 7)) & 3),
  };
}

/** Numbers from 0 to 1 with all bits in use. */
function randomNumbers(seed: number): () => number {
  let a = seed;
  const word = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return () => (word() + word() / 2 ** 32) / 2 ** 32;
}

/** Bytes of the columns as typed arrays, the codes as one byte each. */
export function bytesOf({ ids, steps, numbers, codes }: Columns): number {
  return [ids, steps, ...numbers, codes].reduce((sum, values) => sum + values.byteLength, 0);
}

/** The columns as we describe them; numbers laid out as `split` says. */
export function parquetColumns(split: boolean): ParquetColumn[] {
  const encoding = split ? 'BYTE_STREAM_SPLIT' : 'PLAIN';
  return [
    { name: 'id', kind: 'i64', nullable: false },
    { name: 'step', kind: 'i32', nullable: false },
    ...STATE.map((name) => ({ name, kind: 'f64', nullable: false, encoding }) as const),
    { name: 'label', kind: 'enum', nullable: false, labels: LABELS },
  ];
}

/** Views of some rows. */
export function batchOf({ ids, steps, numbers, codes }: Columns, from: number, to: number): Batch {
  const columns = [ids, steps, ...numbers, codes].map((values) => [
    { rows: to - from, values: values.subarray(from, to) },
  ]);
  return { rows: to - from, columns };
}
