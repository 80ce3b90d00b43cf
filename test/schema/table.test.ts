import { describe, expect, test } from 'vitest';
import { createRecorder } from '../../src/create-recorder.ts';
import { bool, f64, json, quat, ref, vec2, vec3 } from '../../src/schema/columns.ts';
import { EPISODES, SimulationFrame, STEPS } from '../../src/schema/standard.ts';
import { checkColumns, defineTable, storedNames } from '../../src/schema/table.ts';
import type { Column, TableSchema } from '../../src/schema/types.ts';
import { refusal } from '../support/errors.ts';
import { MemoryBackend } from '../support/memory-backend.ts';

/** For arguments that the types forbid. */
const untyped = defineTable as (name: unknown, columns: unknown) => unknown;

test('a table keeps its name, columns and options, and cannot be changed', () => {
  const columns = { mass: f64({ unit: 'kg' }) };
  const table = defineTable('body', columns, { static: true, description: 'rigid bodies' });
  expect(table).toEqual({
    name: 'body',
    columns,
    static: true,
    description: 'rigid bodies',
    id: 'id',
    key: null,
    frames: false,
  });
  expect(Object.isFrozen(table)).toBe(true);
});

test('options cannot take the place of what the recorder decides', () => {
  const options = { id: 'other', key: 'mass', frames: true, name: 'runs' } as object;
  expect(defineTable('body', { mass: f64() }, options)).toMatchObject({ id: 'id', key: null, frames: false });
});

describe('table names', () => {
  test.each([
    [''],
    ['1st'],
    ['with space'],
    ['dash-ed'],
    ['dot.ted'],
    ['quo"ted'],
    ['größe'],
    [`a${'b'.repeat(63)}`],
    [undefined],
    [7],
  ])('%j is refused by name', (name) => {
    const error = refusal('InvalidSchema', () => untyped(name, { a: f64() }));
    expect(error.fields).toEqual({ table: name });
    expect(error.message).toContain(
      typeof name === 'string' ? JSON.stringify(name).slice(0, 40) : String(name),
    );
    expect(error.message).toContain('table name');
  });

  test.each([
    ['runs'],
    ['episodes'],
    ['steps'],
    ['simulation_frame'],
    ['Steps'],
    ['sqlite_master'],
    ['SQLITE_x'],
    ['simtape_columns'],
  ])('%s is reserved', (name) => {
    const error = refusal('InvalidSchema', () => defineTable(name, { a: f64() }));
    expect(error.fields).toEqual({ table: name });
    expect(error.message).toContain(`"${name}" is reserved`);
  });

  test.each([['a'], ['_'], ['Body_State2'], ['a'.repeat(63)], ['run'], ['step']])('%s is fine', (name) => {
    expect(defineTable(name, { a: f64() }).name).toBe(name);
  });
});

describe('column names', () => {
  test.each([[''], ['1st'], ['with space'], ['dash-ed'], ['a.b'], ['größe'], ['a'.repeat(64)]])(
    '%j is refused by name',
    (column) => {
      const error = refusal('InvalidSchema', () => defineTable('body', { [column]: f64() }));
      expect(error.fields).toEqual({ table: 'body', column });
      expect(error.message).toContain(JSON.stringify(column).slice(0, 40));
      expect(error.message).toContain('column name');
    },
  );

  test.each([
    ['id'],
    ['ID'],
    ['rowid'],
    ['oid'],
    ['_rowid_'],
    ['run_id'],
    ['run_number'],
    ['constructor'],
    ['__proto__'],
  ])('%s is reserved', (column) => {
    const error = refusal('InvalidSchema', () => defineTable('body', { [column]: f64() }));
    expect(error.fields).toEqual({ table: 'body', column });
    expect(error.message).toContain(`body.${column}`);
    expect(error.message).toContain('reserved');
  });

  test.each<[string, Record<string, Column>, string, string, string]>([
    ['a vector and its x', { position: vec3(), position_x: f64() }, 'position_x', 'position_x', 'position'],
    ['a column and a vector part', { spin_w: f64(), spin: quat() }, 'spin', 'spin_w', 'spin_w'],
    ['names that differ in case', { mass: f64(), Mass: f64() }, 'Mass', 'Mass', 'mass'],
    ['parts that differ in case', { wind: vec2(), WIND_y: f64() }, 'WIND_y', 'WIND_y', 'wind'],
  ])('%s are refused, naming both', (_, columns, column, stored, other) => {
    const error = refusal('InvalidSchema', () => defineTable('body', columns));
    expect(error.fields).toEqual({ table: 'body', column });
    expect(error.message).toContain(
      `body.${column} is stored as ${stored}, which is also what ${other} is stored`,
    );
  });

  test('a part that no vector of that size has is free', () => {
    expect(() => defineTable('body', { wind: vec2(), wind_z: f64() })).not.toThrow();
  });
});

describe('columns', () => {
  test.each([
    ['a builder that was not called', f64, 'a function'],
    ['a string', 'f64', '"f64"'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['an object without a kind', { nullable: true }, '{ nullable }'],
    ['an object of an unknown kind', { kind: 'complex', nullable: false }, 'complex'],
  ])('%s is no column', (_, column, shown) => {
    const error = refusal('InvalidSchema', () => untyped('body', { mass: f64(), charge: column }));
    expect(error.fields).toEqual({ table: 'body', column: 'charge' });
    expect(error.message).toContain('body.charge');
    expect(error.message).toContain(shown);
  });

  test('no columns are refused', () => {
    const error = refusal('InvalidSchema', () => defineTable('body', {}));
    expect(error.fields).toEqual({ table: 'body' });
    expect(error.message).toContain('body has no columns');
  });

  test.each([[null], [undefined]])('%j in place of columns is refused', (columns) => {
    expect(refusal('InvalidSchema', () => untyped('body', columns)).fields).toEqual({ table: 'body' });
  });
});

describe('references', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a table name', 'body'],
    ['an object that is no table', { name: 'body' }],
  ])('to %s is refused', (_, target) => {
    const column = (ref as (target: unknown) => Column)(target);
    const error = refusal('InvalidSchema', () => defineTable('contact', { force: f64(), other: column }));
    expect(error.fields).toEqual({ table: 'contact', column: 'other' });
    expect(error.message).toContain('contact.other');
  });

  test('of a static table go to static tables, since rows of others may be dropped', () => {
    const body = defineTable('body', { mass: f64() }, { static: true });
    const state = defineTable('state', { body_id: ref(body), speed: f64() });
    expect(() => defineTable('shape', { body_id: ref(body) }, { static: true })).not.toThrow();
    for (const [column, target] of [
      ['state_id', state],
      ['frame_id', SimulationFrame],
    ] as const) {
      const define = () => defineTable('shape', { [column]: ref(target) }, { static: true });
      const error = refusal('InvalidSchema', define);
      expect(error.fields).toEqual({ table: 'shape', column });
      expect(error.message).toContain(`shape.${column} refers to ${target.name}`);
    }
  });

  test('several tables may refer to one, and a table to one twice', () => {
    const body = defineTable('body', { mass: f64() });
    const joint = defineTable('joint', { a: ref(body), b: ref(body) });
    expect(() => defineTable('load', { joint: ref(joint), body: ref(body) })).not.toThrow();
  });

  test('a table that refers to another of its own name is refused', () => {
    const body = defineTable('body', { mass: f64() });
    const error = refusal('InvalidSchema', () => defineTable('body', { parent: ref(body) }));
    expect(error.fields).toEqual({ table: 'body', column: 'parent' });
    expect(error.message).toContain('body -> body');
  });

  /** A chain of tables a -> b -> c whose first is then made to refer to the last. */
  function cycle(): { a: TableSchema; b: TableSchema; c: TableSchema } {
    const columns: Record<string, Column> = { mass: f64() };
    const a = defineTable('a', columns);
    const b = defineTable('b', { a: ref(a) });
    const c = defineTable('c', { b: ref(b) });
    columns.c = ref(c);
    return { a, b, c };
  }

  test('a cycle made after the definition is found, with its path', () => {
    const { a } = cycle();
    const error = refusal('InvalidSchema', () => checkColumns(a));
    expect(error.fields).toEqual({ table: 'a', column: 'c' });
    expect(error.message).toContain('a -> c -> b -> a');
  });

  test('a recorder refuses a cycle, from wherever it is entered, and takes other tables', async () => {
    const { a, b, c } = cycle();
    const outside = defineTable('outside', { c: ref(c) });
    const backend = new MemoryBackend();
    await using recorder = await createRecorder({ backend });
    for (const schema of [a, b, c, outside]) {
      expect(refusal('InvalidSchema', () => recorder.table(schema)).message).toContain('cycle');
    }
    expect([...backend.plans.keys()]).toEqual([]);
    const fine = defineTable('fine', { flag: bool() });
    recorder.table(fine).append({ flag: true });
    await recorder.flush();
    expect(backend.rows('fine')).toEqual([{ id: 1, flag: true }]);
  });

  test('a table that refers to itself is refused by a recorder', async () => {
    const columns: Record<string, Column> = { mass: f64() };
    const body = defineTable('body', columns);
    columns.parent = ref(body);
    await using recorder = await createRecorder({ backend: new MemoryBackend() });
    expect(refusal('InvalidSchema', () => recorder.table(body)).message).toContain('body -> body');
  });
});

test('the same name with another schema object is refused by a recorder', async () => {
  await using recorder = await createRecorder({ backend: new MemoryBackend() });
  const body = defineTable('body', { mass: f64() });
  expect(recorder.table(body)).toBe(recorder.table(body));
  const error = refusal('SchemaMismatch', () => recorder.table(defineTable('body', { mass: f64() })));
  expect(error.fields).toEqual({ table: 'body' });
  expect(error.message).toContain('body');
});

// A row that leaves such a column out would give the method instead.
test.each(Object.getOwnPropertyNames(Object.prototype).map((name) => [name]))(
  'a column named %s, as every object has it, is reserved',
  (column) => {
    const error = refusal('InvalidSchema', () => defineTable('body', { [column]: json({ nullable: true }) }));
    expect(error.fields).toEqual({ table: 'body', column });
    expect(error.message).toContain('reserved');
  },
);

test.each([
  ['vec2', vec2(), ['p_x', 'p_y']],
  ['vec3', vec3(), ['p_x', 'p_y', 'p_z']],
  ['quat', quat(), ['p_x', 'p_y', 'p_z', 'p_w']],
  ['f64', f64(), ['p']],
] as const)('a column p of kind %s is stored as %3$s', (_, column, names) => {
  expect(storedNames('p', column)).toEqual(names);
});

test('the standard tables keep the columns of the recording format', () => {
  expect(SimulationFrame).toMatchObject({ name: 'simulation_frame', id: 'id', frames: true, static: false });
  expect(Object.keys(SimulationFrame.columns)).toEqual(['simulation_time', 'wall_clock_time']);
  expect(EPISODES.columns.map(({ name }) => name)).toEqual([
    'episode_id',
    'start_timestamp',
    'end_timestamp',
    'total_steps',
    'total_reward',
    'success',
    'termination_reason',
    'metadata',
  ]);
  expect(STEPS.columns.map(({ name }) => name)).toEqual([
    'episode_id',
    'step_number',
    'timestamp',
    'agent_id',
    'position_x',
    'position_y',
    'orientation',
    'action_data',
    'observation_data',
    'reward',
  ]);
});
