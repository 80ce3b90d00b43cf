import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import type { FileMetaData } from 'hyparquet';
import { expect, it } from 'vitest';
import { readFooter } from '../../../src/read/parquet/footer.ts';
import { checkRowCounts, guardedPages } from '../../../src/read/parquet/guarded-pages.ts';
import { RandomAccess } from '../../../src/read/parquet/random-access.ts';
import { scratch } from '../../backends/scratch.ts';

/** An integer of the compact protocol, a zigzag varint. */
function integer(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value) * 2n; ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

/** A data page, or a dictionary, that says to have so many bytes and values. */
function page(body: Uint8Array, plainBytes: number, values: number, isDictionary = false): Uint8Array {
  const header = [0x15, ...integer(isDictionary ? 2 : 0), 0x15, ...integer(plainBytes), 0x15];
  header.push(...integer(body.length), isDictionary ? 0x4c : 0x2c);
  header.push(0x15, ...integer(values), 0x15, 0, ...(isDictionary ? [] : [0x15, 6, 0x15, 6]), 0, 0);
  return Uint8Array.from([...header, ...body]);
}

/** Reads pages through the guard, as those of a column of so many values. */
function read(pages: readonly Uint8Array[], values: number): number {
  const path = join(scratch(), 'pages');
  const bytes = Buffer.concat(pages);
  writeFileSync(path, bytes);
  using access = new RandomAccess(path);
  const column = {
    data_page_offset: 0n,
    total_compressed_size: BigInt(bytes.length),
    num_values: BigInt(values),
  };
  const footer = { row_groups: [{ num_rows: BigInt(values), columns: [{ meta_data: column }] }] };
  const guarded = guardedPages(access, footer as unknown as FileMetaData, 0, values);
  return (guarded.slice(0, bytes.length) as ArrayBuffer).byteLength;
}

const body = Uint8Array.of(1, 2, 3);

it('gives pages that say what they have', () => {
  const pages = [page(body, 3, 2, true), page(body, 3, 5), page(body, 3, 5)];
  expect(read(pages, 10)).toBe(Buffer.concat(pages).length);
});

it.each<[string, Uint8Array, number]>([
  ['more values than its column', page(body, 3, 11), 10],
  ['more values than any page', page(body, 3, 2 ** 30), 2 ** 30],
  ['more values than any dictionary', page(body, 3, 2 ** 30, true), 10],
  ['a bomb of zeros', page(zstdCompressSync(new Uint8Array(2 ** 20)), 2 ** 31 - 1, 10), 10],
  ['bytes behind its column', page(body, 3, 5).subarray(0, -1), 10],
  ['no header', new Uint8Array(40).fill(0xff), 10],
])('refuses a page with %s', (_, bytes, values) => {
  expect(() => read([bytes], values)).toThrow(/page|struct/);
});

it('refuses a row group with more values than are recorded', () => {
  const footer = (rows: bigint) =>
    ({ row_groups: [{ num_rows: rows, columns: [] }] }) as unknown as FileMetaData;
  expect(() => checkRowCounts(footer(2n ** 26n))).not.toThrow();
  for (const rows of [2n ** 28n, 2n ** 62n, -1n])
    expect(() => checkRowCounts(footer(rows))).toThrow(/row group/);
});

it('refuses a footer whose numbers go on without end', async () => {
  const path = join(scratch(), 'footer');
  const footer = new Uint8Array(2 ** 20).fill(0xff);
  footer[0] = 0x16;
  const end = Buffer.alloc(8);
  end.writeUInt32LE(footer.length, 0);
  end.write('PAR1', 4);
  writeFileSync(path, Buffer.concat([footer, end]));
  using access = new RandomAccess(path);
  await expect(readFooter(access)).rejects.toThrow(/number that does not end/);
});
