import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as arrow from 'apache-arrow';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { convertRecording } from '../../../src/export/index.ts';
import { array, bool, defineTable, enumOf, f64, utf8 } from '../../../src/index.ts';
import { type ColumnData, openRecording } from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';

const Sample = defineTable('sample', {
  x: f64(),
  flag: bool(),
  note: utf8(),
  mode: enumOf(['cast', 'surge']),
  list: array('f32', 2),
});
const ROWS = 500;
const folder = mkdtempSync(join(tmpdir(), 'simtape-arrow-hostile-'));
let path: string;
let file: string;

beforeAll(async () => {
  await record(join(folder, 'flight.db'), (recorder) => {
    for (let i = 0; i < ROWS; i++) {
      recorder.table(Sample).append({ x: 1, flag: true, note: 'n', mode: 'cast', list: [1, 2] });
    }
  });
  await convertRecording(join(folder, 'flight.db'), join(folder, 'flight.arrow'), { compression: 'zstd' });
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  path = join(scratch(), 'flight.arrow');
  file = join(path, 'sample.arrow');
  cpSync(join(folder, 'flight.arrow'), path, { recursive: true });
});

async function read(): Promise<Readonly<Record<string, ColumnData>>> {
  using recording = await openRecording(path);
  return await recording.table('sample').columns();
}

const reason = async () => (await rejection('NotARecording', read())).message;

/** The columns of a batch, as the library takes them. */
type Columns = Record<string, arrow.Vector>;

/** Puts a file in the place of the table's, some columns of it others. */
function replace(other: Columns): void {
  const items = arrow.vectorFromArray([0], new arrow.Float32()).data[0]!;
  const ids = BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(i + 1));
  const list = new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Float32(), false));
  const columns: Columns = {
    id: arrow.makeVector(ids),
    x: arrow.makeVector(new Float64Array(ROWS)),
    flag: arrow.vectorFromArray(Array(ROWS).fill(true), new arrow.Bool()),
    note: arrow.vectorFromArray(Array(ROWS).fill('n'), new arrow.Utf8()),
    mode: codes(0),
    list: arrow.makeVector(
      arrow.makeData({
        type: list,
        length: ROWS,
        child: arrow.makeData({ type: items.type, length: 2 * ROWS, data: new Float32Array(2 * ROWS) }),
      }),
    ),
    ...other,
  };
  writeFileSync(file, arrow.tableToIPC(new arrow.Table(columns), 'file'));
}

function codes(code: number): arrow.Vector {
  const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), 4);
  const dictionary = arrow.vectorFromArray(['cast', 'surge'], new arrow.Utf8());
  const data = new Int32Array(ROWS).fill(code);
  return arrow.makeVector(arrow.makeData({ type, length: ROWS, data, dictionary }));
}

it('reads a file that others wrote as it should be', async () => {
  replace({});
  const { id, mode } = await read();
  expect([id!.values.length, mode!.values[ROWS - 1]]).toEqual([ROWS, 'cast']);
});

it.each<[string, () => Columns, RegExp]>([
  ['of another type', () => ({ x: arrow.makeVector(new Int32Array(ROWS)) }), /column x is Int32, not f64/],
  [
    'of numbers where texts should be',
    () => ({ note: arrow.makeVector(new Float64Array(ROWS)) }),
    /note is Float64, not utf8/,
  ],
  ['of labels that there are not', () => ({ mode: codes(7) }), /column mode has labels/],
  [
    'of fewer values than rows',
    () => {
      const type = new arrow.Float64();
      return { x: arrow.makeVector(arrow.makeData({ type, length: ROWS, data: new Float64Array(3) })) };
    },
    /column x has not got 500 values/,
  ],
  [
    'of texts that reach beyond their end',
    () => {
      const valueOffsets = Int32Array.from({ length: ROWS + 1 }, (_, i) => 100 * i);
      const data = arrow.makeData({
        type: new arrow.Utf8(),
        length: ROWS,
        valueOffsets,
        data: new Uint8Array(9),
      });
      return { note: arrow.makeVector(data) };
    },
    /column note has no whole texts/,
  ],
])('refuses a column %s', async (_, columns, why) => {
  replace(columns());
  expect(await reason()).toMatch(why);
});

it.each([
  ['more than is taken', 2n ** 40n, /bytes that are to become/],
  ['less than there is', 8n, /sample\.arrow is damaged/],
])('refuses a compressed buffer that says to be %s', async (_, length, why) => {
  const bytes = readFileSync(file);
  const frame = bytes.indexOf(Buffer.of(0x28, 0xb5, 0x2f, 0xfd));
  bytes.writeBigInt64LE(length, frame - 8);
  writeFileSync(file, bytes);
  expect(await reason()).toMatch(why);
});

it('goes through no list that claims to be longer than its file', async () => {
  const whole = readFileSync(file);
  const refused: string[] = [];
  const footer = whole.length - 10 - whole.readInt32LE(whole.length - 10);
  for (let at = footer & ~3; at < whole.length - 10; at += 4) {
    // The number of columns: one of these is the length of their list.
    if (whole.readInt32LE(at) !== 6) continue;
    const bytes = Buffer.from(whole);
    bytes.writeInt32LE(2 ** 31 - 1, at);
    writeFileSync(file, bytes);
    await read().catch((error: Error) => refused.push(error.message));
  }
  expect(refused.filter((message) => message.includes('a list has 2147483647 elements'))).not.toEqual([]);
});
