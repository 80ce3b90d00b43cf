import { describe, expect, test } from 'vitest';
import type { Dictionary } from '../../../src/record/fields.ts';
import { refusal } from '../../support/errors.ts';
import { Flight } from '../../support/flight.ts';

describe('names', () => {
  test.each([[''], ['with space'], ['1st'], ['dash-ed'], ['größe'], ['a.b'], ['a'.repeat(64)], ['quo"te']])(
    '%j is no column name',
    (name) => {
      const flight = new Flight();
      const error = refusal('InvalidValue', () => flight.record({ ok: 1, [name]: 1 }));
      expect(error.fields).toEqual({ table: 'steps', column: name, value: 1 });
      expect(error.message).toContain('not a column name');
      expect(flight.stepRows()).toEqual([]);
    },
  );

  test.each([
    ['step_id'],
    ['rowid'],
    ['oid'],
    ['_rowid_'],
    ['run_id'],
    ['run_number'],
    ['Run_Id'],
    ['STEP_ID'],
  ])('%s is reserved', (name) => {
    const flight = new Flight();
    const error = refusal('InvalidValue', () => flight.record({ [name]: 1 }));
    expect(error.fields).toEqual({ table: 'steps', column: name, value: 1 });
    expect(error.message).toContain('reserved');
  });

  test.each<[string, Dictionary, Dictionary]>([
    ['names that differ in case', { speed: 1 }, { Speed: 1 }],
    ['a standard column in another case', {}, { Timestamp: 1 }],
    ['a part of a standard vector in another case', {}, { Position_X: 1 }],
    ['a vector over a column of text', { wind_x: 'west' }, { wind: [1, 2] }],
    ['text over a part of a vector', { wind: [1, 2] }, { wind_x: 'west' }],
  ])('%s are refused', (_, first, second) => {
    const flight = new Flight();
    flight.record(first);
    refusal('InvalidValue', () => flight.record(second));
    flight.record(first);
    expect(flight.stepRows()).toHaveLength(2);
  });

  test.each<[string, Dictionary]>([
    ['a vector and its part', { wind: [1, 2], wind_x: 1 }],
    ['a part and its vector', { wind_y: 1, wind: [1, 2] }],
    ['a standard vector and its part', { position: [1, 2], position_x: 1 }],
    ['a field and the column that it is stored in', { action: { a: 1 }, action_data: { b: 1 } }],
    ['names that differ in case', { speed: 1, SPEED: 2 }],
  ])('%s in one dictionary are refused, and leave no column behind', (_, data) => {
    const flight = new Flight();
    refusal('InvalidValue', () => flight.record(data));
    expect(flight.steps.explain(data)).not.toEqual([]);
    expect(flight.stepRows()).toEqual([]);
    expect(flight.extraColumns()).toEqual([]);
  });

  test('a part of a vector may come by itself', () => {
    const flight = new Flight();
    flight.record({ position: [1, 2] }, { position_x: 3 });
    expect(flight.stepRows().map(({ position_x, position_y }) => [position_x, position_y])).toEqual([
      [1, 2],
      [3, null],
    ]);
  });
});
