import { describe, expect, it } from 'vitest';
import { COMPRESSIONS, codecFor } from '../../../src/backends/codecs/codec-for.ts';
import { zlibCodec } from '../../../src/backends/codecs/zlib.ts';
import { isSimtapeError } from '../../../src/errors.ts';
import {
  type ColumnSlice,
  defaultEncoding,
  encodingsOf,
  freeChunks,
  type ParquetColumn,
  ParquetWriter,
  RowGroupEncoder,
} from '../../../src/formats/parquet/index.ts';
import { fileOf } from '../../support/parquet-cells.ts';
import { metadataOf, readColumn, readRows } from './read.ts';

const column = (kind: ParquetColumn['kind'], more: Partial<ParquetColumn> = {}): ParquetColumn => ({
  name: 'v',
  kind,
  nullable: false,
  ...more,
});

function fileWith(
  columns: readonly ParquetColumn[],
  rows: number,
  slices: readonly ColumnSlice[][],
  options = {},
): Uint8Array {
  const writer = new ParquetWriter({ columns, ...options });
  const chunks = [...writer.writeRowGroup({ rows, columns: slices }), ...writer.finish()];
  return new Uint8Array(Buffer.concat(chunks));
}

function tagOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return isSimtapeError(error) ? [error.tag, error.fields] : error;
  }
  return 'nothing was thrown';
}

describe('slices', () => {
  const bytes = new TextEncoder().encode('-onetwo-é');

  it('of text may be spans, offsets, values or nothing', async () => {
    const slices: ColumnSlice[] = [
      { rows: 3, bytes, spans: Uint32Array.of(4, 3, 1, 3, 0, 0) },
      { rows: 2, bytes, offsets: Uint32Array.of(1, 4, 7), validity: Uint8Array.of(1, 0) },
      { rows: 2, values: null },
      { rows: 2, values: ['é', Uint8Array.of(65)] },
    ];
    for (const encoding of encodingsOf(column('utf8'))) {
      const file = fileWith([column('utf8', { nullable: true, encoding })], 9, [slices]);
      const found = await readColumn(file, column('utf8'));
      expect(found).toEqual(['two', 'one', '', 'one', null, null, null, 'é', 'A']);
    }
  });

  it('may lie in shared memory, which may change afterwards', async () => {
    const values = new Float64Array(new SharedArrayBuffer(80), 8, 8).fill(1.5);
    const text = new Uint8Array(new SharedArrayBuffer(8)).fill(65);
    const columns = [column('f64', { name: 'a' }), column('utf8', { name: 'b' })];
    const spans = new Uint32Array(new SharedArrayBuffer(64)).fill(1);
    const writer = new ParquetWriter({ columns });
    const chunks = writer.writeRowGroup({
      rows: 8,
      columns: [[{ rows: 8, values }], [{ rows: 8, bytes: text, spans }]],
    });
    values.fill(0);
    text.fill(0);
    const rows = await readRows(new Uint8Array(Buffer.concat([...chunks, ...writer.finish()])));
    expect(rows).toEqual(Array(8).fill({ a: 1.5, b: 'A' }));
  });

  it('keep the payload of a NaN, in every encoding, beside nulls too', () => {
    const payload = BigUint64Array.of(0x7ff8_0000_1234_5678n, 0xfff0_0000_0000_0001n, 0x7ff0_0000_0000_0001n);
    const values = new Float64Array(payload.buffer);
    for (const validity of [undefined, Uint8Array.of(1, 0, 1)]) {
      const file = fileWith([column('f64', { nullable: true, encoding: 'PLAIN' })], 3, [
        [{ rows: 3, values, validity }],
      ]);
      const kept = validity === undefined ? payload : payload.filter((_, i) => validity[i] === 1);
      expect(Buffer.from(file).includes(Buffer.from(kept.buffer))).toBe(true);
    }
  });

  it('of ids may be doubles or bigints', async () => {
    const slices = [
      { rows: 2, values: Float64Array.of(2 ** 53 - 1, -5) },
      { rows: 1, values: BigInt64Array.of(7n) },
    ];
    expect(await readColumn(fileWith([column('ref')], 3, [slices]), column('ref'))).toEqual([
      '9007199254740991',
      '-5',
      '7',
    ]);
  });
});

describe('what does not fit is refused, and the writer goes on', () => {
  const number = column('f64');
  const one = { rows: 1, values: Float64Array.of(1) };
  it.each<[string, ParquetColumn, number, ColumnSlice[], object]>([
    ['rows that do not add up', number, 2, [one], { column: 'v' }],
    ['another kind of array', number, 1, [{ rows: 1, values: Float32Array.of(1) }], { column: 'v' }],
    ['too few values', number, 2, [{ rows: 2, values: Float64Array.of(1) }], { column: 'v' }],
    [
      'null in a required column',
      number,
      2,
      [one, { ...one, validity: Uint8Array.of(0) }],
      { column: 'v', row: 1 },
    ],
    ['too few flags', number, 1, [{ ...one, validity: new Uint8Array(0) }], { column: 'v' }],
    ['no id', column('ref'), 1, [{ rows: 1, values: Float64Array.of(0.5) }], { column: 'v', row: 0 }],
    [
      'no label',
      column('enum', { labels: ['a'] }),
      1,
      [{ rows: 1, values: Uint8Array.of(1) }],
      { column: 'v' },
    ],
    ['a lone surrogate', column('utf8'), 1, [{ rows: 1, values: ['\ud800'] }], { column: 'v', row: 0 }],
    ['text in bytes', column('bytes'), 1, [{ rows: 1, values: ['a'] }], { column: 'v', row: 0 }],
    ['no text', column('utf8'), 1, [{ rows: 1, values: [null] }], { column: 'v', row: 0 }],
    [
      'a span outside',
      column('utf8'),
      1,
      [{ rows: 1, bytes: new Uint8Array(3), spans: Uint32Array.of(2, 2) }],
      { column: 'v', row: 0 },
    ],
    [
      'offsets that fall',
      column('utf8'),
      1,
      [{ rows: 1, bytes: new Uint8Array(3), offsets: Uint32Array.of(2, 1) }],
      { column: 'v', row: 0 },
    ],
  ])('%s', async (_, of, rows, slices, fields) => {
    const writer = new ParquetWriter({ columns: [of] });
    expect(tagOf(() => writer.writeRowGroup({ rows, columns: [slices] }))).toEqual(['InvalidBatch', fields]);
    expect(writer.bytes).toBe(0);
    const file = new Uint8Array(Buffer.concat(writer.finish()));
    expect(await readRows(file)).toEqual([]);
  });

  it('columns and options', () => {
    const make = (columns: ParquetColumn[], options = {}) =>
      tagOf(() => new ParquetWriter({ columns, ...options }));
    expect(make([])).toEqual(['InvalidSchema', {}]);
    expect(make([number, number])).toEqual(['InvalidSchema', { column: 'v' }]);
    expect(make([column('vec3' as never)])).toEqual(['InvalidSchema', { column: 'v' }]);
    expect(make([column('array')])).toEqual(['InvalidSchema', { column: 'v' }]);
    expect(make([column('utf8', { encoding: 'RLE' })])).toEqual([
      'InvalidConfig',
      { key: 'encoding', value: 'RLE' },
    ]);
    expect(make([number], { pageRows: 0 })).toEqual(['InvalidConfig', { key: 'pageRows', value: 0 }]);
    const writer = new ParquetWriter({ columns: [number] });
    expect(tagOf(() => writer.writeRowGroup({ rows: 1, columns: [] }))).toEqual([
      'InvalidBatch',
      { column: '' },
    ]);
    writer.finish();
    expect(tagOf(() => writer.finish())).toEqual(['InvalidBatch', { column: '' }]);
  });
});

describe('files', () => {
  it('count their bytes and rows, and keep texts', () => {
    const writer = new ParquetWriter({ columns: [column('i32')], createdBy: 'simtape version 1.2.3' });
    const chunks = writer.writeRowGroup({ rows: 2, columns: [[{ rows: 2, values: Int32Array.of(1, 2) }]] });
    chunks.push(
      ...writer.finish(
        new Map([
          ['unit', 'm/s²'],
          ['empty', ''],
        ]),
      ),
    );
    const file = new Uint8Array(Buffer.concat(chunks));
    expect([writer.bytes, writer.rows, writer.rowGroups]).toEqual([file.length, 2, 1]);
    expect(metadataOf(file)).toMatchObject({
      version: 1,
      num_rows: 2n,
      created_by: 'simtape version 1.2.3',
      key_value_metadata: [
        { key: 'unit', value: 'm/s²' },
        { key: 'empty', value: '' },
      ],
    });
  });

  it('take row groups that were encoded elsewhere', async () => {
    const columns = [column('i64'), column('utf8', { name: 't' })];
    const encoder = new RowGroupEncoder(columns, { codec: zlibCodec('zstd', 1) });
    const writer = new ParquetWriter({ columns });
    const chunks = [5n, 6n].flatMap((value) => {
      const slices = [[{ rows: 1, values: BigInt64Array.of(value) }], [{ rows: 1, values: [`t${value}`] }]];
      return writer.append(structuredClone(encoder.encode({ rows: 1, columns: slices })));
    });
    const file = new Uint8Array(Buffer.concat([...chunks, ...writer.finish()]));
    expect(await readRows(file)).toEqual([
      { v: 5n, t: 't5' },
      { v: 6n, t: 't6' },
    ]);
  });

  it.each(COMPRESSIONS)('give the memory of what was written back: %s', async (name) => {
    const rows = 100_000;
    const values = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
    const columns = ['a', 'b'].map((of) => column('f64', { name: of }));
    const writer = new ParquetWriter({ columns, codec: await codecFor(name) });
    const written: Uint8Array[] = [];
    const write = (chunks: Uint8Array[]) => {
      written.push(...chunks.map((chunk) => chunk.slice()));
      freeChunks(chunks);
      return chunks.filter((chunk) => chunk.length >= 2 ** 16);
    };
    for (let group = 0; group < 2; group++) {
      expect(write(writer.writeRowGroup({ rows, columns: columns.map(() => [{ rows, values }]) }))).toEqual(
        [],
      );
    }
    write(writer.finish());
    expect(written.filter((chunk) => chunk.length >= 2 ** 16).length).toBe(4);
    const found = await readRows(new Uint8Array(Buffer.concat(written)));
    expect(found.findIndex(({ a, b }, i) => a !== values[i % rows] || b !== a)).toBe(-1);
    expect([found.length, values.length]).toEqual([2 * rows, rows]);
  });

  it('give up dictionaries that grow too large', async () => {
    const cells = Array.from({ length: 3000 }, (_, i) => `text ${i % 1500}`);
    const encodings = (dictionaryBytes: number) => {
      const file = fileOf(column('utf8'), [cells], { dictionaryBytes });
      return { file, names: metadataOf(file).row_groups[0]!.columns[0]!.meta_data!.encodings };
    };
    expect(encodings(2 ** 20).names).toContain('RLE_DICTIONARY');
    const { file, names } = encodings(1000);
    expect(names).toEqual(['DELTA_LENGTH_BYTE_ARRAY', 'RLE']);
    expect(await readColumn(file, column('utf8'))).toEqual(cells);
  });

  it('hold huge texts among small ones', async () => {
    const cells = ['a', 'é'.repeat(2 ** 20), '', '\u{1f980}'.repeat(2 ** 18), 'b', 'b'];
    for (const encoding of encodingsOf(column('utf8'))) {
      const of = column('utf8', { encoding, nullable: true });
      const file = fileOf(of, [[...cells, null], cells], { codec: zlibCodec('zstd', 1) });
      expect(await readColumn(file, of)).toEqual([...cells, null, ...cells]);
      expect(metadataOf(file).metadata_length).toBeLessThan(2000);
    }
  });

  it('cut long columns into pages by themselves', async () => {
    const rows = 300_000;
    const values = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
    const codes = Uint8Array.from({ length: rows }, (_, i) => (i >> 4) % 3);
    const validity = Uint8Array.from({ length: rows }, (_, i) => (i % 1000 === 7 ? 0 : 1));
    const columns = [
      column('f64', { name: 'x', nullable: true }),
      column('enum', { name: 'e', labels: ['a', 'b', 'c'] }),
    ];
    const slices = [[{ rows, values, validity }], [{ rows, values: codes }]];
    const found = await readRows(fileWith(columns, rows, slices, { codec: zlibCodec('zstd', 1) }));
    const wrong = found.findIndex(
      ({ x, e }, i) => x !== (validity[i] === 0 ? null : values[i]) || e !== 'abc'[codes[i]!],
    );
    expect([found.length, wrong]).toEqual([rows, -1]);
  });

  it('split floats only where a codec follows', () => {
    expect(defaultEncoding({ kind: 'f64' }, false)).toBe('PLAIN');
    expect(defaultEncoding({ kind: 'f64' }, true)).toBe('BYTE_STREAM_SPLIT');
    expect(defaultEncoding({ kind: 'array', element: 'u8' }, false)).toBe('DELTA_BINARY_PACKED');
  });
});

describe('sorting columns', () => {
  const ids = (values: Float64Array | BigInt64Array): ColumnSlice => ({ rows: values.length, values });
  const xs = (rows: number): ColumnSlice => ({ rows, values: new Float64Array(rows) });
  const said = (slices: readonly ColumnSlice[], more: Partial<ParquetColumn> = {}) => {
    const rows = slices.reduce((sum, slice) => sum + slice.rows, 0);
    const columns = [column('ref', { name: 'id', ...more }), column('f64')];
    return metadataOf(fileWith(columns, rows, [[...slices], [xs(rows)]])).row_groups[0]!.sorting_columns;
  };

  it('name the first column where it holds ids that rise, over all its slices', () => {
    const rising = [{ column_idx: 0, descending: false, nulls_first: false }];
    expect(said([ids(Float64Array.of(1, 2, 2 ** 40)), ids(BigInt64Array.of(2n ** 50n))])).toEqual(rising);
    expect(said([ids(Float64Array.of(1))])).toEqual(rising);
  });

  it('are left out where ids fall, come twice, can be null, or where it holds something else', () => {
    expect(said([ids(Float64Array.of(1, 3, 2))])).toBeUndefined();
    expect(said([ids(Float64Array.of(1, 2)), ids(Float64Array.of(2))])).toBeUndefined();
    expect(said([ids(Float64Array.of(1, 2))], { nullable: true })).toBeUndefined();
    expect(said([ids(Float64Array.of(1, 2))], { kind: 'f64' })).toBeUndefined();
  });
});
