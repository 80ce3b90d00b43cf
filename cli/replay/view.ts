import type { StoredColumn } from '../../src/index.ts';
import { BrailleCanvas } from '../../src/plot/braille.ts';
import { lineColours } from '../../src/plot/colours.ts';
import { type Domains, padded, withEqualScale } from '../../src/plot/domains.ts';
import type { ColourDepth, Paint } from '../../src/plot/paint.ts';
import { painter } from '../../src/plot/paint.ts';
import { upwards } from '../../src/plot/upwards.ts';
import type { Extent, Moment, Reader, RecordedRow, TableInfo } from '../../src/read/index.ts';
import { clean } from '../text/format.ts';

/** Places behind each body that are shown. */
const TRAIL = 400;
/** Bodies whose places are drawn. */
const MOST_BODIES = 2000;
const DIGITS = 10;
/** Width of the values beside the map. */
const VALUES_WIDTH = 38;

/** Where bodies are in a moment, seen from above, or from the side where there is a height. */
interface Map2d {
  readonly table: string;
  readonly x: StoredColumn;
  readonly y: StoredColumn;
  /** Columns that tell bodies apart. */
  readonly keys: readonly string[];
  readonly extent: Domains;
}

/** Draws moments of a recording as lines of text. */
export class MomentView {
  readonly #map: Map2d | null;
  readonly #tables: ReadonlyMap<string, TableInfo>;
  readonly #paint: Paint;
  readonly #trails = new Map<string, [x: number, y: number][]>();

  private constructor(map: Map2d | null, tables: readonly TableInfo[], depth: ColourDepth) {
    this.#map = map;
    this.#tables = new Map(tables.map((info) => [info.name, info]));
    this.#paint = painter(depth);
  }

  /** @param names the tables whose rows moments have */
  static async of(
    reader: Reader,
    names: readonly string[] | undefined,
    depth: ColourDepth,
  ): Promise<MomentView> {
    const tables = reader.tables().filter(({ name }) => names === undefined || names.includes(name));
    const placed = tables.find(
      ({ columns, rows }) => rows > 0 && placeOf(columns, 'x') && placeOf(columns, 'y'),
    );
    return new MomentView(placed === undefined ? null : await mapOf(reader, placed), tables, depth);
  }

  /** Forgets the ways of bodies, which do not go on after a jump. */
  forget(): void {
    this.#trails.clear();
  }

  /** Keeps where bodies are, also of a moment that is not drawn. */
  take(moment: Moment): void {
    if (this.#map === null) return;
    for (const [key, x, y] of placesOf(this.#map, moment)) {
      let trail = this.#trails.get(key);
      if (trail === undefined) {
        if (this.#trails.size === MOST_BODIES) continue;
        trail = [];
        this.#trails.set(key, trail);
      }
      trail.push([x, y]);
      if (trail.length > TRAIL) trail.shift();
    }
  }

  /** The moment that was taken last, in so many characters. */
  lines(moment: Moment, columns: number, rows: number): string[] {
    const values = this.#values(moment);
    if (this.#map === null) return values.slice(0, rows).map((line) => line.slice(0, columns));
    const beside = columns >= 2 * VALUES_WIDTH;
    const width = Math.max(10, beside ? columns - VALUES_WIDTH - 2 : columns);
    const height = Math.max(4, beside ? rows : Math.ceil(rows * 0.7));
    const map = this.#mapLines(moment, width, height);
    if (!beside) return [...map, ...values].slice(0, rows);
    return map.map((line, i) => `${line}  ${(values[i] ?? '').slice(0, VALUES_WIDTH)}`.trimEnd());
  }

  #mapLines(moment: Moment, columns: number, rows: number): string[] {
    const map = this.#map!;
    const canvas = new BrailleCanvas(columns - 2, rows - 2);
    const { x, y } = withEqualScale(map.extent, canvas.width, canvas.height);
    const column = (value: number) => Math.round(((value - x[0]) / (x[1] - x[0])) * (canvas.width - 1));
    const row = (value: number) => Math.round((1 - (value - y[0]) / (y[1] - y[0])) * (canvas.height - 1));
    const colours = lineColours(6);
    const keys = [...this.#trails.keys()];
    for (const [i, trail] of [...this.#trails.values()].entries()) {
      for (const [px, py] of trail) canvas.dot(column(px), row(py), colours[i % colours.length]!);
    }
    for (const [key, px, py] of placesOf(map, moment)) {
      const colour = colours[Math.max(0, keys.indexOf(key)) % colours.length]!;
      canvas.sign(column(px), row(py), '●', colour);
    }
    const label = ` ${map.x.name} ${span(x)} · ${map.y.name} ${span(y)} `.slice(0, columns - 3);
    const lines = canvas.lines(this.#paint).map((line) => `│${line}│`);
    return [`┌${label.padEnd(columns - 2, '─')}┐`, ...lines, `└${'─'.repeat(columns - 2)}┘`];
  }

  /** The first row of each table, a value a line. */
  #values({ tables }: Moment): string[] {
    return Object.entries(tables).flatMap(([name, rows]) => {
      const [first] = rows;
      if (first === undefined) return [`${clean(name)}: no rows`];
      const info = this.#tables.get(name);
      const more = rows.length === 1 ? '' : `, first of ${rows.length}`;
      const lines = Object.entries(first).flatMap(([key, value]) => {
        const unit = info?.columns.find((column) => column.name === key)?.unit;
        const text = shown(value);
        return text === null ? [] : [`  ${clean(key)} ${text}${unit === undefined ? '' : ` ${clean(unit)}`}`];
      });
      return [`${clean(name)}${more}`, ...lines, ''];
    });
  }
}

function placeOf(columns: readonly StoredColumn[], part: string): StoredColumn | undefined {
  return columns.find(({ name }) => name === `position_${part}`);
}

async function mapOf(reader: Reader, info: TableInfo): Promise<Map2d> {
  const up = await upwards(reader, reader.runs(), info);
  const hasHeight = placeOf(info.columns, 'z') !== undefined;
  const y = placeOf(info.columns, hasHeight ? up : 'y')!;
  const x = placeOf(info.columns, hasHeight && up === 'x' ? 'y' : 'x')!;
  const keys = info.columns.filter(
    ({ name, kind, references }) =>
      name === 'agent_id' || (kind === 'ref' && references?.table !== 'simulation_frame'),
  );
  const table = reader.table(info.name);
  const extent = { x: rangeOf(await table.extent(x.name)), y: rangeOf(await table.extent(y.name)) };
  return { table: info.name, x, y, keys: keys.map(({ name }) => name), extent };
}

function rangeOf(extent: Extent | null): [number, number] {
  return padded({ least: Number(extent?.least ?? 0), greatest: Number(extent?.greatest ?? 1) });
}

function* placesOf(
  { table, x, y, keys }: Map2d,
  { tables }: Moment,
): Generator<[key: string, x: number, y: number], void> {
  for (const row of tables[table] ?? []) {
    const [px, py] = [numberOf(row, x), numberOf(row, y)];
    if (Number.isFinite(px + py)) yield [keys.map((key) => String(row[key])).join(' '), px, py];
  }
}

function numberOf(row: RecordedRow, { name }: StoredColumn): number {
  const value = row[name];
  return value === null || value === undefined ? Number.NaN : Number(value);
}

function span([from, to]: readonly [number, number]): string {
  return `${Number(from.toPrecision(3))} to ${Number(to.toPrecision(3))}`;
}

/** A value that fits into a line; null for what does not, such as objects and bytes. */
function shown(value: unknown): string | null {
  if (typeof value === 'number') return String(Number(value.toPrecision(DIGITS)));
  if (typeof value === 'string') return clean(value);
  return typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : null;
}
