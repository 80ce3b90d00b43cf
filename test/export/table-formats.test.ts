import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import * as arrow from 'apache-arrow';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { asyncBufferFromFile } from 'hyparquet/src/node.js';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportRecording } from '../../src/export/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { BACKENDS, recordMatrix } from './support/recordings.ts';

const folder = mkdtempSync(join(tmpdir(), 'simtape-export-'));
const recordings = new Map<string, string>();

beforeAll(async () => {
  for (const backend of BACKENDS) recordings.set(backend, await recordMatrix(join(folder, backend), backend));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The rows of a table as `JSON.parse` gives those of its JSON. */
async function wantedRows(path: string, table: string): Promise<unknown[]> {
  using reader = await openRecording(path);
  const rows = await Array.fromAsync(reader.table(table).rows());
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(name, value)])),
  );
}

function plain(name: string, value: unknown): unknown {
  if (typeof value === 'bigint') {
    if (name !== 'at') return Number(value);
    const rest = String(value % 1_000_000_000n).padStart(9, '0');
    return `${new Date(Number(value / 1_000_000n)).toISOString().slice(0, 20)}${rest}Z`;
  }
  if (value instanceof Uint8Array && name === 'raw') return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, (one) => plain('', one));
  return Number.isNaN(value) ? null : value;
}

describe.each(BACKENDS)('from a %s recording', (backend) => {
  const to = async (name: string, options = {}) => {
    const out = join(scratch(), name);
    const report = await exportRecording(recordings.get(backend)!, out, { tables: ['state'], ...options });
    expect(report.rows).toEqual({ state: 800 });
    return out;
  };

  it('writes JSON as an array of objects with the values that were recorded', async () => {
    const rows = JSON.parse(readFileSync(await to('state.json'), 'utf8')) as { x: number }[];
    expect(rows).toEqual(await wantedRows(recordings.get(backend)!, 'state'));
    // What JSON.parse cannot show: the text of an infinity is a number that is too large.
    expect(rows.filter(({ x }) => x === Number.NEGATIVE_INFINITY)).toHaveLength(160);
    expect(rows.filter(({ x }) => Object.is(x, -0))).toHaveLength(160);
  });

  it('keeps every digit of 64-bit integers in NDJSON', async () => {
    const lines = readFileSync(await to('state.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(800);
    expect(lines[0]).toContain('"count":18446744073709551615,');
    expect(lines[2]).toContain('"wide":9007199254740993,');
  });

  it('writes CSV with nothing for null, and quotes where they are needed', async () => {
    const [head, ...lines] = readFileSync(await to('state.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(head).toBe(
      'id,frame_id,body_id,position_x,position_y,position_z,x,single,small,wide,count,flag,note,data,raw,at,mode,weights',
    );
    expect(lines[0]).toBe(
      '1,1,1,0.0,-0.0,1.0,-0.0,0.0,,,18446744073709551615,true,"",,"",1970-01-01T00:00:00.000000000Z,cast,',
    );
    expect(lines[2]).toBe(
      '3,2,1,1.0,-0.0,0.5,NaN,0.3333333432674408,-127,9007199254740993,18446744073709551614,false,é,' +
        '"{""i"":1,""list"":[1,null]}",AQ==,1970-01-12T13:46:40.000000000Z,surge,"[1.0,-0.0,null]"',
    );
    expect(lines[6]!.split(',')[6]).toBe('-inf');
  });

  it('writes CSV as it is asked to', async () => {
    const out = await to('state.tsv', { csv: { header: false, nulls: 'NA' } });
    const [first] = readFileSync(out, 'utf8').split('\n');
    expect(first!.split('\t').slice(7, 11)).toEqual(['0.0', 'NA', 'NA', '18446744073709551615']);
  });

  it('compresses text as it is asked to', async () => {
    const plainText = readFileSync(await to('state.csv'));
    const unpack = { gzip: gunzipSync, zstd: zstdDecompressSync, brotli: brotliDecompressSync };
    for (const [compression, decompress] of Object.entries(unpack)) {
      const out = await to('state.csv', { compression, compressionLevel: 4 });
      expect(decompress(readFileSync(out)).equals(plainText), compression).toBe(true);
    }
  });

  it('writes Parquet that says what its columns are', async () => {
    for (const compression of ['none', 'snappy', 'gzip', 'lz4', 'zstd', 'brotli']) {
      const file = await asyncBufferFromFile(await to('state.parquet', { compression }));
      const select = ['id', 'wide', 'x', 'mode'];
      const rows = await parquetReadObjects({ file, compressors, columns: select });
      using reader = await openRecording(recordings.get(backend)!);
      const wanted = await Array.fromAsync(reader.table('state').rows({ select }));
      expect(rows).toEqual(wanted.map((row) => ({ ...row, id: BigInt(row.id as number) })));
      const metadata = await parquetMetadataAsync(file);
      const said = JSON.parse(metadata.key_value_metadata!.find(({ key }) => key === 'simtape')!.value!);
      expect(said.runs[0]).toMatchObject({
        runId: 'matrix',
        seed: '7',
        configuration: { wind: { speed: 2 } },
      });
      const position = said.table.columns.find(({ name }: { name: string }) => name === 'position_x');
      expect(position).toEqual({
        name: 'position_x',
        kind: 'f64',
        nullable: false,
        unit: 'm',
        vector: { name: 'position', part: 0 },
      });
    }
  });

  it('writes Arrow with the types of the columns', async () => {
    const table = arrow.tableFromIPC(readFileSync(await to('state.arrow')));
    expect(table.numRows).toBe(800);
    const types = Object.fromEntries(table.schema.fields.map(({ name, type }) => [name, String(type)]));
    expect(types).toMatchObject({
      id: 'Int64',
      x: 'Float64',
      single: 'Float32',
      small: 'Int8',
      count: 'Uint64',
      flag: 'Bool',
      raw: 'Binary',
      at: 'Timestamp<NANOSECOND, UTC>',
      mode: 'Dictionary<Int32, Utf8>',
      weights: 'FixedSizeList[3]<Float32>',
    });
    expect(table.schema.fields[3]!.metadata.get('unit')).toBe('m');
    expect(table.getChild('count')!.get(0)).toBe(2n ** 64n - 1n);
    expect(table.getChild('note')!.get(1)).toBe('');
    expect(table.getChild('mode')!.get(2)).toBe('surge');
  });

  it('says beside CSV what it cannot say itself', async () => {
    const out = await to('state.csv');
    const said = JSON.parse(readFileSync(`${out}.metadata.json`, 'utf8'));
    expect(said).toMatchObject({
      format: 'simtape-export',
      version: 1,
      table: { name: 'state', id: 'id' },
      runs: [{ runId: 'matrix', configuration: { names: ['a', 'é'] } }],
    });
  });
});

describe('what is exported', () => {
  const source = () => recordings.get('parquet')!;

  it('is steps, where no table is named', async () => {
    const out = join(scratch(), 'all.csv');
    expect((await exportRecording(source(), out)).rows).toEqual({ steps: 400 });
  });

  it('is every table, into a folder', async () => {
    const out = join(scratch(), 'new', 'tables/');
    const { rows, files, format } = await exportRecording(source(), out, { format: 'ndjson' });
    expect(rows).toEqual({ body: 2, empty: 0, episodes: 3, simulation_frame: 400, state: 800, steps: 400 });
    expect([files, format]).toEqual([12, 'ndjson']);
    expect(readFileSync(join(out, 'empty.ndjson'), 'utf8')).toBe('');
    expect(readFileSync(join(out, 'body.ndjson'), 'utf8')).toBe(
      '{"id":1,"name":"ball","mass":1.0}\n{"id":2,"name":"cube","mass":2.0}\n',
    );
  });

  it('is what episodes have, in every table that has episodes', async () => {
    const out = join(scratch(), 'some/');
    const options = {
      format: 'json',
      filterEpisodes: [3, 1],
      tables: ['steps', 'episodes', 'body'],
    } as const;
    const { rows } = await exportRecording(source(), out, options);
    expect(rows).toEqual({ steps: 267, episodes: 2, body: 2 });
    const steps = JSON.parse(readFileSync(join(out, 'steps.json'), 'utf8')) as { episode_id: number }[];
    expect(new Set(steps.map(({ episode_id }) => episode_id))).toEqual(new Set([1, 3]));
  });

  it('refuses episodes that there are not, and says which there are', async () => {
    const out = join(scratch(), 'x.csv');
    const { message } = await rejection(
      'NotFound',
      exportRecording(source(), out, { filterEpisodes: [2, 9] }),
    );
    expect(message).toBe('there is no episode 9; there are 1-3');
  });

  it('is split into folders by the values of columns, which leave the files', async () => {
    const out = join(scratch(), 'split');
    const { rows, files } = await exportRecording(source(), out, {
      format: 'csv',
      partitionBy: ['episode_id'],
    });
    expect([rows, files]).toEqual([{ steps: 400 }, 4]);
    expect(readdirSync(out).sort()).toEqual([
      '_metadata.json',
      'episode_id=1',
      'episode_id=2',
      'episode_id=3',
    ]);
    const [head, ...lines] = readFileSync(join(out, 'episode_id=2', 'data.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(head).toMatch(/^step_id,step_number,/);
    expect(lines).toHaveLength(133);
  });

  it('is compressed as its name says, and named as it is compressed', async () => {
    const out = scratch();
    const plainText = join(out, 'steps.tsv');
    await exportRecording(source(), plainText);
    const report = await exportRecording(source(), join(out, 'steps.tsv.gz'));
    expect(report.format).toBe('csv');
    const unpacked = gunzipSync(readFileSync(report.path));
    expect(unpacked.equals(readFileSync(plainText))).toBe(true);
    const packed = { format: 'ndjson', compression: 'zstd' } as const;
    await exportRecording(source(), `${join(out, 'all')}/`, packed);
    expect(readdirSync(join(out, 'all'))).toContain('steps.ndjson.zst');
    await exportRecording(source(), join(out, 'split'), { ...packed, partitionBy: ['episode_id'] });
    expect(readdirSync(join(out, 'split', 'episode_id=1'))).toEqual(['data.ndjson.zst']);
    const asGiven = await exportRecording(source(), join(out, 'b.csv.gz'), { compression: 'none' });
    expect(readFileSync(asGiven.path, 'utf8')).toMatch(/^step_id,/);
  });

  it('counts the files that it made, not those that were in the folder', async () => {
    const out = scratch();
    writeFileSync(join(out, 'mine.txt'), 'x'.repeat(1000));
    const tables = { tables: ['episodes', 'body'], format: 'parquet' } as const;
    const { files, bytes } = await exportRecording(source(), out, tables);
    const made = ['episodes.parquet', 'body.parquet'].map((name) => statSync(join(out, name)).size);
    expect([files, bytes]).toEqual([2, made[0]! + made[1]!]);
  });

  it('has folders with names that file systems take, whatever the values are', async () => {
    const out = join(scratch(), 'split');
    await exportRecording(source(), out, { tables: ['state'], partitionBy: ['note', 'flag'], format: 'csv' });
    const names = readdirSync(out);
    expect(names).toContain('note=__HIVE_DEFAULT_PARTITION__');
    expect(names).toContain('note=\ufeffmark');
    expect(readdirSync(join(out, 'note=é')).sort()).toEqual(
      ['__HIVE_DEFAULT_PARTITION__', 'false', 'true'].map((value) => `flag=${value}`),
    );
  });

  it.each([
    [{ partitionBy: ['reward'] }, /cannot be split by reward; it can by step_id, episode_id/],
    [{ partitionBy: ['episode_id', 'episode_id'] }, /names a column twice/],
    [{ compression: 'lzf' }, /compression = "lzf": csv takes brotli, gzip, none, zstd/],
    [
      { compression: 'gzip', compressionLevel: 12 },
      /compressionLevel = 12: gzip takes an integer from 1 to 9/,
    ],
    [{ format: 'xlsx' }, /takes parquet, hdf5, sqlite, csv, json, ndjson, arrow/],
    [{ filter_episodes: [1] }, /there is no such option; did you mean filterEpisodes\? there are /],
    [{ csv: { seperator: ';' } }, /csv\.seperator = ";": .* there are delimiter, header, nulls/],
    [{ csv: { delimiter: ';;' } }, /takes one character/],
    [{ csv: { delimiter: ';', nulls: 'no;ne' } }, /csv\.nulls = "no;ne": takes a text without the delimiter/],
    [{ format: 'sqlite', partitionBy: ['episode_id'] }, /holds all rows in one file/],
    [{ format: 'json', csv: { header: false } }, /is for csv, not for json/],
  ])('refuses %j', async (options, message) => {
    const out = join(scratch(), 'x.csv');
    const error = await rejection('InvalidConfig', exportRecording(source(), out, options as object));
    expect(error.message).toMatch(message);
  });

  it('refuses no path at all', async () => {
    const { message } = await rejection('CannotOpen', exportRecording(source(), ''));
    expect(message).toMatch(/it is no path; name a file or a folder/);
  });

  it('guesses no format of an ending that it does not know', async () => {
    const folder = scratch();
    const out = join(folder, 'steps.zip');
    const { message } = await rejection('InvalidConfig', exportRecording(source(), out));
    expect(message).toMatch(
      /steps\.zip: the ending \.zip says no format: choose one \(format\) of parquet, /,
    );
    expect(readdirSync(folder)).toEqual([]);
    expect(await exportRecording(source(), join(folder, 'steps'))).toMatchObject({ format: 'parquet' });
    const tables = ['steps', 'episodes'];
    expect(await exportRecording(source(), join(folder, 'v1.2'), { tables })).toMatchObject({ files: 2 });
  });

  it('refuses tables and runs that there are not', async () => {
    const out = join(scratch(), 'x.csv');
    await rejection('NotFound', exportRecording(source(), out, { tables: ['stepz'] }));
    const { message } = await rejection('NotFound', exportRecording(source(), out, { run: 'other' }));
    expect(message).toBe('there is no run other; there are matrix');
  });
});
