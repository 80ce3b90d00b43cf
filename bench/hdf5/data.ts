import { writeFileSync } from 'node:fs';

/** Columns of a recording: doubles that walk at random, as the states of bodies do. */
export const COLUMNS = 20;

/** Rows of a chunk: 64 KB of doubles. */
export const CHUNK_ROWS = 8192;

/** Makes the columns, and a file of them for the peers. */
export function makeColumns(rows: number, path: string): Float64Array[] {
  let state = 88172645463325252n;
  const random = () => {
    state ^= BigInt.asUintN(64, state << 13n);
    state ^= state >> 7n;
    state ^= BigInt.asUintN(64, state << 17n);
    return Number(state >> 11n) / 2 ** 53 - 0.5;
  };
  const columns = Array.from({ length: COLUMNS }, () => {
    let value = 0;
    return Float64Array.from({ length: rows }, () => {
      value += random();
      return value;
    });
  });
  writeFileSync(path, Buffer.concat(columns.map(({ buffer }) => new Uint8Array(buffer))));
  return columns;
}

/** Filters that are compared, by the names of the report. */
export const FILTERS = {
  none: {},
  'gzip-1': { compression: { deflate: 1 } },
  'shuffle + gzip-1': { shuffle: true, compression: { deflate: 1 } },
  'shuffle + gzip-4': { shuffle: true, compression: { deflate: 4 } },
  'shuffle + gzip-6': { shuffle: true, compression: { deflate: 6 } },
  'shuffle + lzf': { shuffle: true, compression: 'lzf' },
} as const;

export type FilterName = keyof typeof FILTERS;
