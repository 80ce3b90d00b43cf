import type { ColumnStatistics, LabelStatistics, NumberStatistics } from '../../src/read/index.ts';
import { secondsOf } from '../text/dates.ts';
import { lineWidth } from '../text/fit.ts';
import { clean, count, localTime, number, shortened } from '../text/format.ts';
import { textTable } from '../text/table.ts';
import { sparkline } from './sparkline.ts';

/** Digits of a number that matter here. */
const DIGITS = 5;
const LONGEST_NAME = 28;
const WIDEST = 10;
/** What the columns before the last one take at most in a narrow terminal. */
const LEAST_ROOM = 16;
const MOST_ROOM = 60;

/** Statistics as a table: numbers with their histogram, labels with the most frequent ones. */
export function statisticsText(columns: readonly ColumnStatistics[]): string {
  const [hasNulls, hasNans] = [columns.some(({ nulls }) => nulls > 0), columns.some((one) => nans(one) > 0)];
  const right = true;
  const titles = [
    { title: 'column' },
    ...(hasNulls ? [{ title: 'nulls', right }] : []),
    ...(hasNans ? [{ title: 'NaN', right }] : []),
    ...['min', 'mean', 'max', 'std'].map((title) => ({ title, right })),
    { title: 'values' },
  ];
  const rows = columns.map((one) => [
    shortened(clean(one.column.name), LONGEST_NAME),
    ...(hasNulls ? [one.nulls === 0 ? '' : count(one.nulls)] : []),
    ...(hasNans ? [nans(one) === 0 ? '' : count(nans(one))] : []),
    ...measures(one),
  ]);
  const widths = titles.map(({ title }, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const room = lineWidth() - widths.reduce((sum, width) => sum + width + 2, 0) + (widths.at(-1) ?? 0) - 2;
  const most = Math.min(MOST_ROOM, Math.max(LEAST_ROOM, room));
  return textTable(
    titles,
    rows.map((row, i) => [...row, valuesText(columns[i]!, most)]),
  );
}

function nans({ values }: ColumnStatistics): number {
  return values.type === 'numbers' ? values.nans : 0;
}

/** Least, mean, greatest and deviation, as far as they mean something: of ids, only the ends; of dates, their times. */
function measures({ column, values }: ColumnStatistics): string[] {
  const { kind } = column;
  if (values.type === 'booleans' && values.share !== null) return ['', number(values.share, DIGITS), '', ''];
  if (values.type !== 'numbers') return ['', '', '', ''];
  const { least, mean, greatest, standardDeviation } = values;
  const second = secondsOf(column);
  if (second !== null) {
    const [from, to] = [least, greatest].map((end) => (end === null ? '' : dateAndTime(end, second)[1]!));
    return [from!, '', to!, ''];
  }
  const shown = kind === 'ref' ? [least, null, greatest, null] : [least, mean, greatest, standardDeviation];
  return shown.map((value) => (value === null ? '' : short(value)));
}

/** A number of few characters: integers as they are where they are no longer than others. */
function short(value: number | bigint): string {
  const text = number(value, DIGITS);
  if (text.length <= WIDEST) return text;
  const rounded = String(Number(Number(value).toPrecision(DIGITS)));
  return rounded.length <= WIDEST
    ? rounded
    : Number(value)
        .toExponential(DIGITS - 1)
        .replace(/\.?0+e/, 'e');
}

function valuesText({ column, values, rows, nulls }: ColumnStatistics, most: number): string {
  if (rows === nulls) return '';
  switch (values.type) {
    case 'numbers':
      return histogramText(values, secondsOf(column));
    case 'labels':
      return labelsText(values, rows - nulls, most);
    case 'booleans':
      return `${count(values.trues)} true`;
    case 'opaque':
      return '';
  }
}

/** A histogram; of dates the days. */
function histogramText({ histogram, least, greatest }: NumberStatistics, second: number | null): string {
  if (histogram === null || least === null || greatest === null) return '';
  if (second === null) return least === greatest ? '' : sparkline(histogram.counts);
  const [from, to] = [dateAndTime(least, second)[0]!, dateAndTime(greatest, second)[0]!];
  return from === to ? from : `${from} to ${to}`;
}

function dateAndTime(instant: number | bigint, second: number): string[] {
  return localTime(Number(instant) / second).split(' ');
}

function labelsText({ distinct, isCapped, top }: LabelStatistics, values: number, most: number): string {
  const many = `${count(distinct)}${isCapped ? ' or more' : ''} different`;
  if (distinct > values / 2 && distinct > 1) return many;
  const named = top.map(({ value, count: times }) => {
    const share = Math.round((100 * times) / values);
    return `${clean(value) || "''"} ${share} %`;
  });
  const list = named.join(', ');
  return shortened(distinct <= top.length ? list : `${many}: ${list}`, most);
}
