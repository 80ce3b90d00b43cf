import { describe, expect, it } from 'vitest';
import type { IdRange } from '../../src/buffer/link.ts';
import { IDS_BYTES, MAX_TABLES } from '../../src/buffer/words.ts';
import type { StoredColumn, TablePlan } from '../../src/schema/plan.ts';
import { Catalog } from '../../src/writer/catalog.ts';
import { refusal } from '../support/errors.ts';
import { MemoryBackend } from '../support/memory-backend.ts';

const column = (name: string, kind: StoredColumn['kind'] = 'f64'): StoredColumn => ({
  name,
  kind,
  nullable: true,
});

function plan(name: string, columns: readonly StoredColumn[], traits: Partial<TablePlan> = {}): TablePlan {
  return { name, id: 'id', key: null, static: false, columns, ...traits };
}

function open() {
  const backend = new MemoryBackend();
  backend.firstId = 41;
  const ids = new BigInt64Array(new SharedArrayBuffer(IDS_BYTES));
  const catalog = new Catalog(backend, ids);
  const names = (table: string) => catalog.find(table)!.plan.columns.map(({ name }) => name);
  return { backend, ids, catalog, names };
}

describe('a table that several lanes use', () => {
  it('is one table, with one number and one row of ids', () => {
    const { catalog, ids } = open();
    const first = catalog.add(plan('a', [column('x')]), true);
    catalog.add(plan('b', [column('x')]), true);
    ids[0] = 1000n;
    const again = catalog.add(plan('a', [column('x')]), true);
    expect(again).toBe(first);
    expect(catalog.tables.map(({ number, plan }) => [number, plan.name])).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
    // Ids that were given out since stay given out.
    expect([ids[0], ids[1]]).toEqual([1000n, 41n]);
  });

  it('has the columns of all of them, each where the first lane put it', () => {
    const { catalog, backend, names } = open();
    catalog.add(plan('a', [column('x'), column('y')]), true);
    catalog.add(plan('a', [column('z'), column('x')]), true);
    expect(names('a')).toEqual(['x', 'y', 'z']);
    expect(backend.plans.get('a')!.columns.map(({ name }) => name)).toEqual(['x', 'y', 'z']);
  });

  it.each([
    ['a column of another kind', plan('a', [column('x', 'utf8'), column('new')]), 'x is f64, not utf8'],
    ['another id', plan('a', [column('x')], { id: null }), 'id'],
    ['another key', plan('a', [column('x')], { key: 'x' }), 'key'],
    ['rows that may not be dropped', plan('a', [column('x')], { static: true }), 'static'],
  ])('refuses %s, and stays as it is', (_, wanted, why) => {
    const { catalog, backend, names } = open();
    catalog.add(plan('a', [column('x')]), true);
    const error = refusal('SchemaMismatch', () => catalog.add(wanted, true));
    expect(error.fields).toEqual({ table: 'a' });
    expect(error.message).toContain(why);
    expect(names('a')).toEqual(['x']);
    expect(backend.plans.get('a')!.columns).toHaveLength(1);
  });
});

it('a table that the backend refuses is not there, and may be asked for again', () => {
  const { catalog, backend } = open();
  const create = backend.createTable.bind(backend);
  backend.createTable = () => {
    throw new Error('locked');
  };
  expect(() => catalog.add(plan('a', [column('x')]), true)).toThrow('locked');
  expect(catalog.find('a')).toBeUndefined();
  backend.createTable = create;
  expect(catalog.add(plan('a', [column('x')]), true)).toMatchObject({ number: 0 });
});

it('waits for a backend that takes its time', async () => {
  const { catalog, backend } = open();
  (backend as unknown as { createTable: () => Promise<IdRange> }).createTable = async () => ({
    first: 7,
    last: 9,
  });
  const adding = catalog.add(plan('a', [column('x')]), true);
  expect(catalog.find('a')).toBeUndefined();
  expect(await adding).toMatchObject({ number: 0, ids: { first: 7, last: 9 } });
});

it('after a permanent failure, tables are given out that the backend does not know', () => {
  const { catalog, backend } = open();
  expect(catalog.add(plan('a', [column('x')]), false)).toMatchObject({ number: 0 });
  expect(backend.plans.size).toBe(0);
});

it('holds so many tables as there are numbers', () => {
  const { catalog } = open();
  for (let i = 0; i < MAX_TABLES; i++) catalog.add(plan(`t${i}`, [column('x')]), false);
  expect(refusal('TooMany', () => catalog.add(plan('more', [column('x')]), false)).fields).toMatchObject({
    limit: MAX_TABLES,
  });
  expect(catalog.add(plan('t5', [column('y')]), false)).toMatchObject({ number: 5 });
});

it('refuses a table whose name differs from another by the case of letters alone', () => {
  const { catalog, backend } = open();
  catalog.add(plan('state', [column('x')]), true);
  const error = refusal('SchemaMismatch', () => catalog.add(plan('State', [column('x')]), true));
  expect(error.message).toBe('the tables state and State differ by the case of letters alone: rename one');
  expect([...backend.plans.keys()]).toEqual(['state']);
});
