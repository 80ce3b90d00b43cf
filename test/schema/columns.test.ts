import { describe, expect, test } from 'vitest';
import { array, enumOf, f64, ref, timestamp } from '../../src/schema/columns.ts';
import { SimulationFrame } from '../../src/schema/standard.ts';
import { type ElementKind, NUMBER_KINDS } from '../../src/schema/types.ts';
import { refusal } from '../support/errors.ts';

/** What a caller without types may pass. */
const untyped = {
  enumOf: enumOf as (labels: unknown) => unknown,
  array: array as (element: unknown, length: unknown) => unknown,
};

describe('builders', () => {
  test('a column is required unless it says otherwise, and keeps unit, description and clock', () => {
    expect(f64()).toEqual({ kind: 'f64', nullable: false });
    expect(timestamp({ nullable: true, unit: 'ns', description: 'when', clock: 'wall' })).toEqual({
      kind: 'timestamp',
      nullable: true,
      unit: 'ns',
      description: 'when',
      clock: 'wall',
    });
  });

  test('a reference keeps its target', () => {
    expect(ref(SimulationFrame)).toEqual({ kind: 'ref', nullable: false, target: SimulationFrame });
  });
});

describe('enumOf', () => {
  test('keeps its own copy of the labels, in order', () => {
    const labels = ['cast', 'surge'];
    const column = enumOf(labels);
    labels.push('late');
    expect(column).toEqual({ kind: 'enum', nullable: false, labels: ['cast', 'surge'] });
  });

  test('takes 65,536 labels and no more', () => {
    const labels = Array.from({ length: 65_537 }, (_, i) => `l${i}`);
    expect(refusal('InvalidSchema', () => enumOf(labels)).message).toContain('65537');
    expect(enumOf(labels.slice(0, 300)).labels).toHaveLength(300);
  });

  test.each([
    ['no labels', [], '0 labels'],
    ['a label twice', ['cast', 'surge', 'cast'], '"cast"'],
    ['a number', ['cast', 7], '7'],
    ['null', ['cast', null], 'null'],
    ['undefined', ['cast', undefined], 'undefined'],
  ])('refuses %s, naming it', (_, labels, culprit) => {
    expect(refusal('InvalidSchema', () => untyped.enumOf(labels)).message).toContain(culprit);
  });

  test.each([[undefined], ['cast'], [{ cast: 0 }]])('refuses %j in place of an array', (labels) => {
    expect(refusal('InvalidSchema', () => untyped.enumOf(labels)).message).toContain('enumOf');
  });
});

describe('array', () => {
  test.each<ElementKind>([...NUMBER_KINDS, 'bool'])('takes elements of %s', (element) => {
    expect(array(element, 3)).toEqual({ kind: 'array', nullable: false, element, length: 3 });
  });

  test.each([['utf8'], ['vec3'], ['array'], [''], [undefined]])(
    'refuses elements of %s, naming it',
    (element) => {
      const { message } = refusal('InvalidSchema', () => untyped.array(element, 3));
      expect(message).toContain(element === undefined ? 'undefined' : JSON.stringify(element));
    },
  );

  test.each([[0], [-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 24 + 1], ['3'], [undefined]])(
    'refuses the length %s, naming it',
    (length) => {
      expect(refusal('InvalidSchema', () => untyped.array('f64', length)).message).toContain(String(length));
    },
  );

  test('takes lengths from 1 to 2^24', () => {
    expect(array('u8', 1).length).toBe(1);
    expect(array('u8', 2 ** 24).length).toBe(2 ** 24);
  });
});
