import { expect, test } from 'vitest';
import { array, f64 } from '../../src/schema/columns.ts';
import { defineTable } from '../../src/schema/table.ts';
import { refusal } from '../support/errors.ts';
import { FakeWriter } from '../support/fake-writer.ts';
import { MemoryBackend } from '../support/memory-backend.ts';

const thin = defineTable('thin', { n: f64() });

test('ids go on from where the backend says, without a gap while nothing is refused', () => {
  const backend = new MemoryBackend();
  backend.firstId = 1_000_001;
  const writer = new FakeWriter({ backend });
  const { append } = writer.open(thin);
  const ids = Array.from({ length: 10_000 }, (_, n) => append({ n }));
  expect(ids).toEqual(Array.from({ length: 10_000 }, (_, n) => 1_000_001 + n));
  writer.flush();
  expect(backend.rows('thin').map(({ id }) => id)).toEqual(ids);
});

test('a table whose ids have run out refuses rows, keeps those it has, and takes no more memory', () => {
  const backend = new MemoryBackend();
  backend.lastId = 10_000;
  const writer = new FakeWriter({ backend });
  const { append } = writer.open(thin);
  let n = 0;
  const error = refusal('IdsExhausted', () => {
    for (; n < 20_000; n++) append({ n });
  });
  expect(error.fields).toEqual({ table: 'thin' });
  expect(error.message).toContain('thin');
  const { bytesAllocated } = writer.metrics().buffer;
  for (let i = 0; i < 50; i++) refusal('IdsExhausted', () => append({ n }));
  expect(writer.metrics().buffer.bytesAllocated).toBeLessThanOrEqual(bytesAllocated);
  writer.flush();
  const rows = backend.rows('thin');
  expect(rows).toHaveLength(n);
  expect(rows.every(({ id }) => (id as number) <= 10_000)).toBe(true);
});

test('a row that finds no room takes no ids with it', () => {
  const wide = defineTable('wide', { state: array('f64', 128) });
  const writer = new FakeWriter({ overflow: 'error', memoryLimitBytes: 512 * 1024, diligence: 'asleep' });
  const { append } = writer.open(wide);
  const row = { state: new Float64Array(128) };
  let last = 0;
  refusal('BufferFull', () => {
    for (;;) last = append(row);
  });
  for (let i = 0; i < 100; i++) refusal('BufferFull', () => append(row));
  writer.drain();
  expect(append(row)).toBe(last + 1);
});
