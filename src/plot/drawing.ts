import { scaleLinear } from 'd3-scale';
import { SimtapeError } from '../errors.ts';
import { checkEpisodes } from '../read/episodes.ts';
import type { Reader, Run } from '../read/reader.ts';
import { noSuchRun } from '../read/select.ts';
import { choosePlot, chooseTable, type PlotPlan, type Quantity } from './choose.ts';
import { type ColourScale, colourScale } from './colours.ts';
import { type Gathered, gather, type LineKey } from './gather.ts';
import { type Bar, barsOf } from './histogram.ts';
import { isWallClock } from './numbers.ts';
import type { PlotOptions } from './options.ts';
import { type Points, rangeOf } from './points.ts';
import { nameLines } from './row-names.ts';
import { upwards } from './upwards.ts';

/** What is drawn, whether as a picture or in a terminal. */
export type Drawing = LineDrawing | BarDrawing;

/** Trajectories, or values over something else. */
export interface LineDrawing extends Described {
  readonly kind: 'trajectory' | 'series';
  readonly lines: readonly Line[];
  /** What the colour of points says; null where each line has a colour. */
  readonly colour: ColourAxis | null;
  /** Places of note, such as the source of a plume. */
  readonly marks: readonly Mark[];
}

/** How often the values of a column come. */
export interface BarDrawing extends Described {
  readonly kind: 'distribution';
  readonly bars: readonly Bar[];
}

interface Described {
  readonly title: string;
  /** Of which recording, how many rows. */
  readonly caption: string;
  /** What was left out; often nothing. */
  readonly notes: readonly string[];
  readonly x: Axis;
  readonly y: Axis;
  readonly table: string;
  readonly rows: number;
}

/** A label with its unit, and what values there are. */
export interface Axis {
  readonly column: string;
  readonly label: string;
  readonly least: number;
  readonly greatest: number;
  /** Whether there are only integers on it. */
  readonly whole: boolean;
}

/** What colours stand for. */
export interface ColourAxis extends Axis {
  readonly scale: ColourScale;
}

/** The points of one line, in the order of recording. */
export interface Line extends Points {
  /** Empty where it is the only one. */
  readonly label: string;
}

/** A place of note, with its name. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

/** How many bars a distribution has, about. */
const BARS = 40;

/**
 * Reads what a picture of a recording shows.
 * @throws `NotFound`, `InvalidConfig` for what cannot be drawn; what reading throws
 */
export async function readDrawing(reader: Reader, options: PlotOptions): Promise<Drawing> {
  const asked = runsOf(reader, options.run);
  const tables = reader.tables();
  const table = chooseTable(tables, options);
  const plan = choosePlot(tables, table, options, await upwards(reader, asked, table));
  const gathered = await gather(
    reader,
    asked.map(({ runId }) => runId),
    plan,
    options,
  );
  const { rows, lines, histogram } = gathered;
  if (rows === 0 || (plan.kind === 'distribution' && histogram.count === 0)) {
    if (options.episode !== undefined) await checkEpisodes(reader, [options.episode].flat(), options.run);
    throw nothing(plan);
  }
  const runs = asked.filter(({ runId }) => gathered.runs.includes(runId));
  const shared = {
    title: titleOf(plan, runs, gathered),
    caption: [
      ...runText(runs),
      plan.table.name,
      `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`,
    ].join(' · '),
    notes: notesOf(plan, gathered),
    table: plan.table.name,
    rows,
  };
  if (plan.kind === 'distribution') {
    const values = histogram.values();
    const extent = { least: values[0]?.[0] ?? 0, greatest: values.at(-1)?.[0] ?? 0 };
    const bars = barsOf(values, edgesOf(values));
    const most = Math.max(0, ...bars.map(({ count }) => count));
    const x = { column: plan.y.name, label: labelOf(plan.y), ...extent, whole: isWhole(plan.y) };
    return {
      kind: 'distribution',
      ...shared,
      x,
      y: { column: 'rows', label: 'rows', least: 0, greatest: most, whole: true },
      bars,
    };
  }
  const labels = await nameLines(
    reader,
    plan.groups,
    lines.map(({ key }) => key),
  );
  const points = lines.map(({ points }) => points);
  return {
    kind: plan.kind,
    ...shared,
    x: axis(
      plan.x!,
      points.map(({ x }) => x),
    ),
    y: axis(
      plan.y,
      points.map(({ y }) => y),
    ),
    lines: points.map((line, i) => ({ ...line, label: labels[i]! })),
    colour:
      plan.colour === null
        ? null
        : colourAxis(
            plan.colour,
            points.map(({ colour }) => colour),
          ),
    marks: plan.kind === 'trajectory' && plan.x!.name === 'position_x' ? marksOf(runs) : [],
  };
}

function runsOf(reader: Reader, run: string | undefined): readonly Run[] {
  const all = reader.runs();
  if (run === undefined) return all;
  const found = all.filter(({ runId }) => runId === run);
  if (found.length > 0) return found;
  throw noSuchRun(
    run,
    all.map(({ runId }) => runId),
  );
}

function nothing({ table, y }: PlotPlan): SimtapeError<'NotFound'> {
  const message = `there is nothing to draw: table ${table.name} has no such rows with numbers in ${y.name}`;
  return new SimtapeError('NotFound', message, { name: y.name });
}

/** `position x (m)` */
function labelOf(quantity: Quantity): string {
  const words = quantity.name.replaceAll('_', ' ') + (isWallClock(quantity) ? ' since the first' : '');
  return quantity.unit === null ? words : `${words} (${quantity.unit})`;
}

function isWhole({ column, viaFrame }: Quantity): boolean {
  return !viaFrame && /^([iu]\d+|ref|bool)$/.test(column.kind);
}

function axis(quantity: Quantity, values: readonly (readonly number[])[]): Axis {
  const [least, greatest] = rangeOf(values.flatMap((some) => rangeOf(some) ?? [])) ?? [0, 1];
  return { column: quantity.name, label: labelOf(quantity), least, greatest, whole: isWhole(quantity) };
}

function colourAxis(quantity: Quantity, values: readonly (readonly number[])[]): ColourAxis {
  const own = axis(quantity, values);
  return { ...own, scale: colourScale(own.least, own.greatest, values.flat()) };
}

/** Where a plume comes from, where the configuration of a run says so. */
function marksOf(runs: readonly Run[]): Mark[] {
  const places = runs.map(({ configuration }) => (configuration as { source?: unknown } | null)?.source);
  const [first] = places;
  if (!Array.isArray(first) || first.length !== 2 || !first.every(Number.isFinite)) return [];
  if (!places.every((place) => String(place) === String(first))) return [];
  return [{ x: first[0] as number, y: first[1] as number, label: 'source' }];
}

function edgesOf(values: readonly (readonly [number, number])[]): number[] {
  const [least, greatest] = [values[0]?.[0] ?? 0, values.at(-1)?.[0] ?? 1];
  const whole = values.length <= BARS && values.every(([value]) => Number.isInteger(value));
  if (whole && greatest - least <= BARS) {
    return Array.from({ length: greatest - least + 2 }, (_, i) => least + i - 0.5);
  }
  if (least === greatest) return [least - 0.5, least + 0.5];
  return scaleLinear().domain([least, greatest]).nice(BARS).ticks(BARS);
}

function titleOf(plan: PlotPlan, runs: readonly Run[], { lines }: Gathered): string {
  const worlds = [...new Set(runs.map(({ world }) => world))];
  const world = worlds.length === 1 && worlds[0] != null ? `${worlds[0]}: ` : '';
  const what =
    plan.kind === 'trajectory'
      ? 'trajectories'
      : plan.kind === 'series'
        ? `${plan.y.name.replaceAll('_', ' ')} over ${isWallClock(plan.x!) ? 'time' : plan.x!.name.replaceAll('_', ' ')}`
        : `distribution of ${plan.y.name.replaceAll('_', ' ')}`;
  const episodes = numbersText('episode', valuesOf(lines, 'episode_id'));
  const agents = numbersText('agent', valuesOf(lines, 'agent_id'));
  return world + [what, ...episodes, ...agents].join(', ');
}

function valuesOf(lines: Gathered['lines'], column: string): number[] {
  const ofKey = (key: LineKey) => key.filter(([name]) => name === column).map(([, value]) => Number(value));
  return [...new Set(lines.flatMap(({ key }) => ofKey(key)))].sort((a, b) => a - b);
}

/** `episodes 1 to 4` */
function numbersText(noun: string, numbers: readonly number[]): string[] {
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (numbers.length === 1) return [`${noun} ${first}`];
  if (last - first === numbers.length - 1) return [`${noun}s ${first} to ${last}`];
  return [numbers.length > 6 ? `${numbers.length} ${noun}s` : `${noun}s ${numbers.join(', ')}`];
}

function runText(runs: readonly Run[]): string[] {
  return runs.length === 1 ? [runs[0]!.runId] : [`${runs.length} runs`];
}

function notesOf(plan: PlotPlan, { lines, linesLeftOut, notNumbers }: Gathered): string[] {
  const notes: string[] = [];
  if (linesLeftOut > 0) {
    const all = (lines.length + linesLeftOut).toLocaleString('en-US');
    notes.push(`the first ${lines.length} of ${all} lines: choose with episode, agent or run`);
  }
  if (plan.kind === 'distribution' && notNumbers > 0) {
    notes.push(`${notNumbers.toLocaleString('en-US')} values are null, NaN or infinite`);
  }
  return notes;
}
