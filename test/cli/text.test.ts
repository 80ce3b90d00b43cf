import { expect, it } from 'vitest';
import { sparkline } from '../../cli/stats/sparkline.ts';
import { columnsThatFit, lineWidth } from '../../cli/text/fit.ts';
import { number } from '../../cli/text/format.ts';
import { exact } from '../../cli/text/json.ts';
import { textTable } from '../../cli/text/table.ts';

it('draws counts as bars, and none as a blank', () => {
  expect(sparkline([0, 1, 4, 8, 1000])).toBe(' ▁▁▁█');
  expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8])).toBe('▁▂▃▄▅▆▇█');
});

it('finds out how many columns fit beside each other, colours left out', () => {
  const columns = [['abc', 'd'], ['e', '\x1b[2mlonger\x1b[22m'], ['f']];
  expect(columnsThatFit(columns, Number.POSITIVE_INFINITY)).toBe(3);
  expect(columnsThatFit(columns, 14)).toBe(3);
  expect(columnsThatFit(columns, 13)).toBe(2);
  expect(columnsThatFit(columns, 11)).toBe(2);
  expect(columnsThatFit(columns, 10)).toBe(1);
  expect(columnsThatFit(columns, 1)).toBe(1);
});

it('knows no width of a pipe, nor of a terminal that does not know it', () => {
  const { stdout } = process;
  const own = { isTTY: stdout.isTTY, columns: stdout.columns, rows: stdout.rows };
  const widths = [
    { isTTY: false, columns: 80, rows: 24 },
    { isTTY: true, columns: 0, rows: 0 },
    { isTTY: true, columns: 80, rows: 24 },
  ].map((size) => {
    Object.assign(stdout, size);
    return lineWidth();
  });
  Object.assign(stdout, own);
  expect(widths).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 80]);
});

it('leaves columns out that a terminal has no room for, the most dispensable first', () => {
  const columns = [{ title: 'when', spare: 1 }, { title: 'steps', right: true, spare: 2 }, { title: 'path' }];
  const rows = [['today', '12', 'flight.db']];
  const head = (width: number) => textTable(columns, rows, width).split('\n')[0]!.split(/ +/);
  expect(head(23)).toEqual(['when', 'steps', 'path']);
  expect(head(22)).toEqual(['when', 'path']);
  expect(head(1)).toEqual(['path']);
  expect(textTable(columns, rows, 22)).toMatch(/^today {2}flight\.db\na wider terminal shows steps$/m);
});

it('writes numbers with the digits that matter', () => {
  expect([1 / 3, -0, 123456789, 2n ** 60n, 1e-12 / 3].map((value) => number(value))).toEqual([
    '0.3333333',
    '-0',
    '123456789',
    '1152921504606846976',
    '3.333333e-13',
  ]);
});

it('writes what JSON cannot hold as text', () => {
  const value = {
    a: 2n ** 53n - 1n,
    b: 2n ** 53n,
    c: -(2n ** 60n),
    d: Number.NaN,
    e: [Number.NEGATIVE_INFINITY],
    f: 1.5,
  };
  expect(JSON.parse(JSON.stringify(value, exact))).toEqual({
    a: 2 ** 53 - 1,
    b: String(2n ** 53n),
    c: String(-(2n ** 60n)),
    d: 'NaN',
    e: ['-Infinity'],
    f: 1.5,
  });
});
