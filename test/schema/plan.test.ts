import { describe, expect, test } from 'vitest';
import {
  array,
  bool,
  bytes,
  enumOf,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  json,
  quat,
  ref,
  timestamp,
  u8,
  u16,
  u32,
  u64,
  utf8,
  vec2,
  vec3,
} from '../../src/schema/columns.ts';
import { planDifferences, planTable, type TablePlan } from '../../src/schema/plan.ts';
import { SimulationFrame } from '../../src/schema/standard.ts';
import { defineTable } from '../../src/schema/table.ts';
import type { Column } from '../../src/schema/types.ts';

const body = defineTable('body', { mass: f64() }, { static: true });

describe('planTable', () => {
  test.each([
    ['f64', f64],
    ['f32', f32],
    ['i8', i8],
    ['i16', i16],
    ['i32', i32],
    ['i64', i64],
    ['u8', u8],
    ['u16', u16],
    ['u32', u32],
    ['u64', u64],
    ['bool', bool],
    ['utf8', utf8],
    ['json', json],
    ['bytes', bytes],
    ['timestamp', timestamp],
  ] as const)('a column of %s is one flat column', (kind, builder) => {
    const schema = defineTable('t', { a: f64(), b: builder({ nullable: true }) });
    const { plan, inputs } = planTable(schema);
    expect(plan.columns[1]).toEqual({ name: 'b', kind, nullable: true });
    expect(inputs[1]).toEqual({ name: 'b', kind, nullable: true, stored: [1] });
  });

  test.each([
    ['vec2', vec2, ['x', 'y']],
    ['vec3', vec3, ['x', 'y', 'z']],
    ['quat', quat, ['x', 'y', 'z', 'w']],
  ] as const)('a %s is split into f64 parts that keep unit and description', (kind, builder, parts) => {
    const options = { nullable: true, unit: 'm', description: 'd', clock: 'simulation' } as const;
    const { plan, inputs } = planTable(defineTable('t', { a: f64(), v: builder(options), b: f64() }));
    expect(plan.columns.slice(1, -1)).toEqual(
      parts.map((part, index) => ({
        name: `v_${part}`,
        kind: 'f64',
        ...options,
        vector: { name: 'v', part: index },
      })),
    );
    expect(inputs.map(({ stored }) => stored)).toEqual([[0], parts.map((_, i) => i + 1), [parts.length + 1]]);
    expect(inputs[1]).toMatchObject({ name: 'v', kind, nullable: true });
  });

  test('an enum keeps its labels, an array its element and length', () => {
    const { plan, inputs } = planTable(
      defineTable('t', { mode: enumOf(['cast', 'surge']), image: array('u8', 9) }),
    );
    expect(plan.columns).toEqual([
      { name: 'mode', kind: 'enum', nullable: false, labels: ['cast', 'surge'] },
      { name: 'image', kind: 'array', nullable: false, element: 'u8', length: 9 },
    ]);
    expect(inputs).toEqual([
      { name: 'mode', kind: 'enum', nullable: false, labels: ['cast', 'surge'], stored: [0] },
      { name: 'image', kind: 'array', nullable: false, element: 'u8', length: 9, stored: [1] },
    ]);
  });

  test('a reference names table and column, and only one to frames is filled', () => {
    const { plan, inputs } = planTable(defineTable('t', { body: ref(body), frame_id: ref(SimulationFrame) }));
    expect(plan.columns).toEqual([
      { name: 'body', kind: 'ref', nullable: false, references: { table: 'body', column: 'id' } },
      {
        name: 'frame_id',
        kind: 'ref',
        nullable: false,
        references: { table: 'simulation_frame', column: 'id' },
      },
    ]);
    expect(inputs).toMatchObject([
      { name: 'body', target: 'body', frame: false },
      { name: 'frame_id', target: 'simulation_frame', frame: true },
    ]);
  });

  test('a plan is plain data with the name, id, key and options of its table', () => {
    const schema = defineTable(
      't',
      { v: vec3(), e: enumOf(['a']), r: ref(body) },
      { static: true, description: 'd' },
    );
    const { plan } = planTable(schema);
    expect(plan).toMatchObject({ name: 't', id: 'id', key: null, static: true, description: 'd' });
    expect(structuredClone(plan)).toEqual(plan);
  });
});

describe('planDifferences', () => {
  const plan = (columns: Record<string, Column>): TablePlan => planTable(defineTable('t', columns)).plan;

  test('the same columns in any order, with other units, descriptions and nulls, fit', () => {
    const known = plan({ a: f64({ unit: 'm' }), b: vec2(), c: enumOf(['x', 'y']) });
    const wanted = plan({ c: enumOf(['x', 'y']), b: vec2(), a: f64({ description: 'd', nullable: true }) });
    expect(planDifferences(known, wanted)).toEqual([]);
  });

  test('columns that only one of them has are no difference', () => {
    expect(planDifferences(plan({ a: f64() }), plan({ a: f64(), b: utf8() }))).toEqual([]);
    expect(planDifferences(plan({ a: f64(), b: utf8() }), plan({ a: f64() }))).toEqual([]);
  });

  test.each<[string, Column, Column, string]>([
    ['kind', f64(), i64(), 'a is f64, not i64'],
    ['labels', enumOf(['x', 'y']), enumOf(['y', 'x']), 'a is enum(x, y), not enum(y, x)'],
    ['element', array('u8', 4), array('i8', 4), 'a is array(u8, 4), not array(i8, 4)'],
    ['length', array('u8', 4), array('u8', 5), 'a is array(u8, 4), not array(u8, 5)'],
    ['target', ref(body), ref(SimulationFrame), 'a is ref to body, not ref to simulation_frame'],
  ])('another %s is named with both sides', (_, known, wanted, difference) => {
    expect(planDifferences(plan({ a: known }), plan({ a: wanted }))).toEqual([difference]);
  });

  test('enums whose labels only look alike when joined are different', () => {
    const [known, wanted] = [plan({ a: enumOf(['x, y', 'z']) }), plan({ a: enumOf(['x', 'y, z']) })];
    expect(planDifferences(known, wanted)).toHaveLength(1);
  });

  test('each column that differs is named', () => {
    const differences = planDifferences(
      plan({ a: f64(), b: f64(), c: f64() }),
      plan({ a: i8(), b: f64(), c: utf8() }),
    );
    expect(differences).toEqual(['a is f64, not i8', 'c is f64, not utf8']);
  });
});
