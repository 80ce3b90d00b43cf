import { afterEach, expect, it, vi } from 'vitest';
import { rowMaker, valueRowMaker } from '../../src/read/row-maker.ts';
import type { StoredColumn } from '../../src/schema/plan.ts';
import { refusal } from '../support/errors.ts';

afterEach(() => vi.unstubAllGlobals());

const column = (name: string, kind: StoredColumn['kind'] = 'f64'): StoredColumn => ({
  name,
  kind,
  nullable: true,
});
/** Names that a hostile recording may have. */
const NAMES = ['x', '__proto__', '"]: globalThis.hacked = 1, ["', '\u2028', "it's", 'constructor', '7'];

it.each(['generated', 'looped'])('makes rows of whatever names, %s', (how) => {
  if (how === 'looped') {
    vi.stubGlobal('Function', () => {
      throw new EvalError('Code generation from strings disallowed for this context');
    });
  }
  const make = rowMaker(
    NAMES.map((name) => column(name)),
    'state',
  );
  const row = make(
    NAMES.map((_, i) => [undefined, i === 3 ? undefined : i]),
    1,
  );
  expect(Object.getOwnPropertyNames(row).sort()).toEqual([...NAMES].sort());
  for (const [i, name] of NAMES.entries()) {
    expect(Object.getOwnPropertyDescriptor(row, name)!.value).toBe(i === 3 ? null : i);
  }
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  const fromValues = valueRowMaker(
    NAMES.map((name) => column(name)),
    'state',
  );
  expect(fromValues(NAMES.map((_, i) => (i === 3 ? undefined : i)))).toEqual(row);
  expect('hacked' in globalThis).toBe(false);
});

it('parses JSON, and says whose it is that is none', () => {
  const make = rowMaker([column('data', 'json'), column('x')], 'state');
  const cells = [
    ['{"a":[1]}', null, '{"a"'],
    [1, 2, 3],
  ];
  expect([make(cells, 0), make(cells, 1)]).toEqual([
    { data: { a: [1] }, x: 1 },
    { data: null, x: 2 },
  ]);
  expect(refusal('NotARecording', () => make(cells, 2)).message).toContain('state');
});
