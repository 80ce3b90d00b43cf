import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytes, defineTable, enumOf, f64, json, utf8 } from '../../src/index.ts';
import {
  RECORD_HEADER_BYTES,
  RECORD_PLAN,
  RECORD_ROWS,
  RECORD_TRAILER_BYTES,
  type RecordHeader,
  segmentName,
  writeRecordHeader,
} from '../../src/journal/format.ts';
import { IMAGE_HEADER_BYTES, imageLayout } from '../../src/journal/image.ts';
import { encodePlan, encodeSegmentHeader } from '../../src/journal/segment-header.ts';
import { planTable, type TablePlan } from '../../src/schema/plan.ts';
import { freshFolder, replay } from './support.ts';

const { plan } = planTable(
  defineTable('made_up', {
    value: f64({ nullable: true }),
    text: utf8(),
    data: json(),
    raw: bytes(),
    label: enumOf(['a', 'b']),
  }),
);

/** A segment whose checksums are all right, whatever stands in it. */
class Forgery {
  readonly folder: string = freshFolder();
  readonly #parts: Uint8Array[] = [];
  readonly #seed: number;

  constructor(plans: readonly TablePlan[] = [plan]) {
    const numbered = plans.map((one, number) => ({ number, plan: one }));
    const { bytes: header, seed } = encodeSegmentHeader({ runId: 'run', plans: numbered }, 1);
    this.#parts.push(header);
    this.#seed = seed;
  }

  add(payload: Uint8Array, header: Partial<RecordHeader> = {}): this {
    const record = new Uint8Array(RECORD_HEADER_BYTES + payload.length + RECORD_TRAILER_BYTES);
    const position = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const rest = { type: RECORD_ROWS, open: false, number: 1, part: 0, length: payload.length, position };
    writeRecordHeader(record, { ...rest, ...header }, this.#seed);
    record.set(payload, RECORD_HEADER_BYTES);
    const end = RECORD_HEADER_BYTES + payload.length;
    new DataView(record.buffer).setUint32(end, crc32(record.subarray(0, end), this.#seed), true);
    this.#parts.push(record);
    return this;
  }

  read(): ReturnType<typeof replay> {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, segmentName(1)), Buffer.concat(this.#parts));
    return replay(this.folder);
  }
}

const layout = imageLayout(plan.columns, 1);
const ARENA = 16;

/** An image of one row that is right; `forge` makes something wrong in it. */
function image(forge: (words: DataView, size: number) => void = () => {}): Uint8Array {
  const size = layout.arena + ARENA;
  const made = new Uint8Array(size);
  const words = new DataView(made.buffer);
  words.setUint32(8, 1, true);
  words.setFloat64(16, 1, true);
  words.setUint32(24, size, true);
  words.setUint32(32, ARENA, true);
  made[layout.fields[0]!.valid] = 1;
  const pairs: [number, number, number][] = [
    [1, 0, 3],
    [2, 3, 7],
    [3, 10, 2],
  ];
  for (const [column, offset, length] of pairs) {
    words.setUint32(layout.fields[column]!.start * 4, offset, true);
    words.setUint32(layout.fields[column]!.start * 4 + 4, length, true);
  }
  made.set([97, 98, 99, 10, 2, 0, 0, 0, 91, 93], layout.arena);
  forge(words, size);
  return made;
}
const at = (column: number) => layout.fields[column]!.start * (column === 0 ? 8 : column === 4 ? 1 : 4);

it('reads what is right', () => {
  expect(new Forgery().add(image()).read().commits).toMatchObject([
    {
      number: 1,
      tables: [{ name: 'made_up', rows: [{ id: 1, value: 0, text: 'abc', data: '[]', label: 'a' }] }],
    },
  ]);
});

describe('records whose checksums are right, but nothing else, are damage', () => {
  const wrong: [string, (words: DataView, size: number) => void][] = [
    ['a plan that was never told', (words) => words.setUint32(0, 7, true)],
    ['a newest plan that was never told', (words) => words.setUint32(4, 7, true)],
    ['more rows than bytes', (words) => words.setUint32(8, 0xffffffff, true)],
    ['fewer rows than bytes', (words) => words.setUint32(8, 0, true)],
    ['a size beyond the record', (words) => words.setUint32(28, 0xff, true)],
    ['an arena beyond the record', (words) => words.setUint32(32, 0xffffffff, true)],
    ['no bytes at all', (words) => words.setUint32(24, 0, true)],
    ['an id that is no integer', (words) => words.setFloat64(16, 0.5, true)],
    ['an id below zero', (words) => words.setFloat64(16, -1, true)],
    ['a text before the arena', (words) => words.setUint32(12, 1, true)],
    ['a text behind the arena', (words) => words.setUint32(at(1), 14, true)],
    ['a text that is too long', (words) => words.setUint32(at(1) + 4, 0xffffffff, true)],
    ['bytes that are too long', (words) => words.setUint32(at(3) + 4, ARENA, true)],
    ['JSON with another tag', (words) => words.setUint8(layout.arena + 3, 9)],
    ['JSON of another length', (words) => words.setUint32(layout.arena + 4, 200, true)],
    ['JSON without room for its length', (words) => words.setUint32(at(2) + 4, 4, true)],
    ['a label that is not there', (words) => words.setUint8(at(4), 2)],
    ['a value that is neither null nor not', (words) => words.setUint8(layout.fields[0]!.valid, 2)],
  ];
  it.each(wrong)('%s', (_, forge) => {
    const { commits, report } = new Forgery().add(image(forge)).add(image(), { number: 2 }).read();
    expect(commits.map(({ number }) => number)).toEqual([2]);
    expect(report.damaged).toHaveLength(1);
    expect(report.damaged[0]!.reason).not.toBe('');
  });

  it.each([
    ['half a header of rows', new Uint8Array(IMAGE_HEADER_BYTES - 8), {}],
    ['a type that is not known', new Uint8Array(0), { type: 9 }],
    ['a plan that is no JSON', new Uint8Array(8), { type: RECORD_PLAN }],
    ['a plan without columns', encodePlan({ ...plan, columns: [] }), { type: RECORD_PLAN }],
  ])('%s', (_, payload, header) => {
    const { commits, report } = new Forgery().add(payload, header).add(image(), { number: 2 }).read();
    expect(commits.map(({ number }) => number)).toEqual([2]);
    expect(report.damaged).toHaveLength(1);
  });

  it('a plan of one table for rows of another', () => {
    const forgery = new Forgery([plan, { ...plan, name: 'other' }]);
    const { report } = forgery.add(image((words) => words.setUint32(4, 1, true))).read();
    expect(report.damaged).toMatchObject([{ reason: expect.stringContaining('other') }]);
  });

  it('plans with columns that no table has', () => {
    const column = plan.columns[0]!;
    const broken = [
      { ...plan, columns: [column, column] },
      { ...plan, columns: [{ ...column, kind: 'enum' }] },
      { ...plan, columns: [{ ...column, kind: 'array', element: 'f64', length: 2 ** 40 }] },
      { ...plan, columns: [{ ...column, kind: 'ref' }] },
      { ...plan, columns: [{ ...column, kind: 'vec3' }] },
      { ...plan, name: '' },
    ] as unknown as TablePlan[];
    for (const one of broken) {
      expect(new Forgery([]).add(encodePlan(one), { type: RECORD_PLAN }).read().report.damaged).toHaveLength(
        1,
      );
      expect(new Forgery([one]).read().report.damaged).toHaveLength(1);
    }
  });
});

it('a length beyond the end of the file is a torn record, and nothing is allocated for it', () => {
  const { commits, report } = new Forgery()
    .add(image())
    .add(new Uint8Array(0), { number: 2, length: 2 ** 52 })
    .read();
  expect(commits).toHaveLength(1);
  expect(report).toMatchObject({ damaged: [], tornBytes: RECORD_HEADER_BYTES + RECORD_TRAILER_BYTES });
});

it('a number that is no safe integer is damage', () => {
  const { report } = new Forgery().add(image(), { number: 2 ** 53 }).read();
  expect(report).toMatchObject({ commits: 0, damaged: [{}] });
});

it('records that claim to overlap without end are looked for only so long', () => {
  const forgery = new Forgery();
  const count = 3000;
  // Each claims to reach to the end of the file, and has a header that is right and a checksum that is not.
  for (let i = 0; i < count; i++) {
    forgery.add(new Uint8Array(0), { number: 1, length: (count - 1 - i) * 48 });
  }
  expect(forgery.read().report).toMatchObject({ commits: 0, damaged: [{}] });
});

it('a newer journal is refused, with its version', () => {
  const folder = freshFolder();
  mkdirSync(folder);
  const { bytes: header } = encodeSegmentHeader({ runId: 'run', plans: [] }, 1);
  const words = new DataView(header.buffer);
  words.setUint32(8, 2, true);
  words.setUint32(20, crc32(header.subarray(0, 20)), true);
  words.setUint32(header.length - 8, crc32(header.subarray(0, -8)), true);
  writeFileSync(join(folder, segmentName(1)), header);
  expect(() => replay(folder)).toThrow(
    expect.objectContaining({ tag: 'NewerFormat', fields: expect.objectContaining({ found: 2 }) }),
  );
});

it('a segment of another run gives no rows', () => {
  const one = new Forgery().add(image());
  one.read();
  const { bytes: header } = encodeSegmentHeader({ runId: 'other', plans: [] }, 1);
  writeFileSync(join(one.folder, segmentName(2)), header);
  const { commits, report } = replay(one.folder);
  expect(commits).toHaveLength(1);
  expect(report.damaged).toMatchObject([{ reason: expect.stringContaining('other') }]);
});
