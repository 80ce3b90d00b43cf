import { describe, expect, test } from 'vitest';
import { isSimtapeError } from '../../../src/errors.ts';
import type { Dictionary } from '../../../src/record/fields.ts';
import { refusal } from '../../support/errors.ts';
import { addsUp } from '../../support/fake-writer.ts';
import fc from '../../support/fast-check.ts';
import { Flight } from '../../support/flight.ts';

describe('explainData says what recordStep does', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a number', 5],
    ['text', 'step'],
    ['an array', [1, 2]],
    ['an empty array', []],
    ['a function', () => 1],
  ])('%s is no dictionary', (_, data) => {
    const flight = new Flight();
    expect(flight.steps.explain(data)).toHaveLength(1);
    const error = refusal('InvalidValue', () => flight.record(data));
    expect(error.fields.table).toBe('steps');
    expect(flight.stepRows()).toEqual([]);
    expect(flight.writer.counts('episodes').written).toBe(0);
  });

  test('an empty dictionary is taken, or explained', () => {
    const flight = new Flight();
    const reasons = flight.steps.explain({});
    if (reasons.length === 0) {
      flight.record({});
      expect(flight.stepRows()).toHaveLength(1);
    } else refusal('InvalidValue', () => flight.record({}));
  });

  test('each field that does not fit has its reason, which names it', () => {
    const flight = new Flight();
    flight.record({ speed: 1, label: 'a' });
    const reasons = flight.steps.explain({ speed: 'fast', label: 7, 'bad name': 1, fine: 1, rowid: 2 });
    expect(reasons).toHaveLength(4);
    for (const [i, name] of ['speed', 'label', 'bad name', 'rowid'].entries())
      expect(reasons[i]).toContain(name);
  });

  test('explaining changes nothing', () => {
    const flight = new Flight();
    flight.steps.explain({ v: 1, w: [1, 2], x: {} });
    expect(flight.extraColumns()).toEqual([]);
    flight.record({ v: 'text', w: 'text', x: 'text' });
    expect(flight.stepRows()[0]).toMatchObject({ v: 'text', w: 'text', x: 'text' });
    flight.steps.explain({ v: 1 });
    flight.record({ v: 'again' });
    expect(flight.column('v')).toEqual(['text', 'again']);
    expect(flight.writer.counts('steps')).toMatchObject({ submitted: 2, rejected: 0 });
  });

  test.each<[string, Dictionary, Dictionary]>([
    ['a bigint in a number column', { v: 1.5 }, { v: 2n }],
    ['a bigint as a reward', {}, { reward: 2n }],
    ['a bigint that no float holds', { v: 1.5 }, { v: 2n ** 53n + 1n }],
    ['a huge bigint', { v: 1.5 }, { v: 10n ** 400n }],
    ['a fraction in a bigint column', { v: 1n }, { v: 1.5 }],
    ['a bigint of more than 64 bits', { v: 1n }, { v: 2n ** 64n }],
    ['a bigint of more than 64 bits, first', {}, { v: 2n ** 64n }],
    ['a bigint in a time column', { v: new Date(0) }, { v: 5n }],
    ['an invalid date', {}, { v: new Date(Number.NaN) }],
    ['a lone surrogate', {}, { v: '\uD800' }],
    ['a cycle', {}, { info: cyclic }],
    ['a cycle in a JSON column', { v: {} }, { v: cyclic }],
    ['a function in a JSON column', { v: {} }, { v: () => 1 }],
    ['a function as an action', {}, { action: () => 1 }],
    ['an array with a hole', {}, { v: [1, ...new Array<number>(1), 3] }],
    ['floats of another width', { v: new Float64Array(5) }, { v: new Float32Array(5) }],
    ['plain numbers in an array column', { v: new Uint8Array(5) }, { v: [1, 2, 3, 4, 5] }],
    ['a vector with a further key', { v: { x: 1, y: 2 } }, { v: { x: 1, y: 2, name: 'a' } }],
    [
      'a vector of a class',
      { v: [1, 2] },
      {
        v: new (class {
          readonly x = 1;
          readonly y = 2;
          readonly z = undefined;
        })(),
      },
    ],
    ['a vector and its part', {}, { wind: [1, 2], wind_x: 1 }],
    ['an action and its column', {}, { action: 1, action_data: 2 }],
    ['two names for one column', {}, { a: 1, A: 2 }],
    ['an agent that contradicts its key', {}, { agent_0: { agent_id: 1 } }],
    ['an agent among others that is a number', {}, { agent_0: { v: 1 }, agent_1: 5 }],
    ['a bad field of an agent', { v: 1 }, { agent_0: { v: 1 }, agent_1: { v: 'x' } }],
    ['a bad field beside the agents', { v: 1 }, { agent_0: { w: 1 }, v: 'x' }],
    ['no timestamp', {}, { timestamp: null }],
    ['a timestamp that is text', {}, { timestamp: 'now' }],
  ])('%s', (_, first, second) => {
    const flight = new Flight();
    flight.record(first);
    agrees(flight, second);
  });

  const names = [
    'a',
    'b',
    'A',
    'position',
    'position_x',
    'reward',
    'done',
    'info',
    'action',
    'observation',
    'label',
  ];
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, undefined, 1, 1.5, -0, Number.NaN, 2 ** 53, 1n, 2n ** 53n + 1n, 2n ** 64n),
    fc.constantFrom<unknown>(
      true,
      '',
      'text',
      '\uD800',
      new Date(0),
      new Date(Number.NaN),
      () => 1,
      Symbol('s'),
    ),
    fc.constantFrom<unknown>(
      [],
      [1],
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4, 5],
      ['a'],
      new Float32Array(5),
      new Uint8Array(2),
    ),
    fc.constantFrom<unknown>(
      {},
      { x: 1, y: 2 },
      { x: 1, y: 2, z: 3 },
      { x: 1, y: 2, name: 'n' },
      { a: 1 },
      cyclic,
    ),
    fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }),
  );
  const dictionary = fc
    .array(fc.tuple(fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...names) }, fc.string()), value), {
      minLength: 1,
      maxLength: 4,
    })
    .map((fields) => Object.fromEntries(fields));

  test('for any dictionaries, one after another', () => {
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(dictionary, { minLength: 1, maxLength: 12 }), (dictionaries) => {
        const flight = new Flight();
        for (const data of dictionaries) {
          if (agrees(flight, data)) taken++;
          else refused++;
        }
        expect(flight.stepRows()).toHaveLength(flight.writer.counts('steps').written);
        const counts = flight.writer.counts('steps');
        expect(counts.submitted).toBe(dictionaries.length);
        expect(addsUp(counts)).toBe(true);
      }),
      { numRuns: 200 },
    );
    expect(taken).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });

  /** Whether a dictionary was taken; fails where the explanation says otherwise. */
  function agrees(flight: Flight, data: Dictionary): boolean {
    const reasons = flight.steps.explain(data);
    let refusal: unknown = null;
    try {
      flight.record(data);
    } catch (error) {
      if (!isSimtapeError(error, 'InvalidValue')) throw error;
      refusal = error.message;
    }
    expect({ explained: reasons.length > 0, reasons, refusal }).toEqual({
      explained: refusal !== null,
      reasons,
      refusal,
    });
    return refusal === null;
  }
});
