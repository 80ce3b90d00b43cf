import { SimtapeError } from '../errors.ts';
import type { TableInfo } from '../read/reader.ts';
import type { StoredColumn } from '../schema/plan.ts';
import type { PlotKind, PlotOptions } from './options.ts';

const FRAMES = 'simulation_frame';
const TIME = 'simulation_time';
const EPISODE = 'episode_id';
const AGENT = 'agent_id';
/** What a colour says of a trajectory, where the recording has it: the first of these. */
const COLOURS = ['concentration', TIME];
/** What a series shows of a table without positions: the first of these that it has. */
const VALUES = ['reward', 'total_reward', 'total'];

/** Numbers of a table: a column of its own, or the time of the frame that its rows refer to. */
export interface Quantity {
  readonly name: string;
  readonly unit: string | null;
  /** The column that is read, and whether it holds ids of frames whose time is meant. */
  readonly column: StoredColumn;
  readonly viaFrame: boolean;
}

/** What is drawn: worked out from the tables alone. */
export interface PlotPlan {
  readonly kind: PlotKind;
  readonly table: TableInfo;
  /** Null for a distribution. */
  readonly x: Quantity | null;
  readonly y: Quantity;
  readonly colour: Quantity | null;
  /** Columns that tell lines apart. */
  readonly groups: readonly StoredColumn[];
}

/**
 * Chooses what a picture shows of a table.
 * @param up which axis of its positions points up
 * @throws `NotFound` for a column that is not there; `InvalidConfig` for one that holds no numbers
 */
export function choosePlot(
  tables: readonly TableInfo[],
  table: TableInfo,
  options: PlotOptions,
  up: string,
): PlotPlan {
  const find = (name: string) => quantity(tables, table, name);
  const has = (name: string) => holds(tables, table, name);
  const groups = groupColumns(table);
  const kind = options.kind ?? chooseKind(table, options);
  if (kind === 'distribution') {
    const y = find(options.y ?? options.x ?? chooseValue(table, up));
    return { kind, table, x: null, y, colour: null, groups: [] };
  }
  if (kind === 'trajectory') {
    const colour = options.colour ?? COLOURS.find(has);
    const [x, y] = [find(options.x ?? positionPart(table, 'x')), find(options.y ?? positionPart(table, 'y'))];
    return { kind, table, x, y, colour: colour === undefined ? null : find(colour), groups };
  }
  const y = find(options.y ?? chooseValue(table, up));
  const colour = options.colour === undefined ? null : find(options.colour);
  return { kind, table, x: find(options.x ?? chooseTime(table, has)), y, colour, groups };
}

/**
 * Chooses the table whose rows are drawn.
 * @throws `NotFound` for one that is not there, or where no table has rows of numbers
 */
export function chooseTable(tables: readonly TableInfo[], { table, x, y }: PlotOptions): TableInfo {
  const known = () => tables.map(({ name }) => name).join(', ') || 'none';
  if (table !== undefined) {
    const found = tables.find(({ name }) => name === table);
    if (found !== undefined) return found;
    throw new SimtapeError('NotFound', `there is no table ${table}; there are: ${known()}`, { name: table });
  }
  const filled = tables.filter((one) => one.rows > 0);
  const named = [x, y].filter((name) => name !== undefined && name !== TIME);
  const fits = (one: TableInfo) => named.every((name) => one.columns.some((column) => column.name === name));
  const candidates = filled.filter((one) => fits(one) && one.columns.some(isNumeric));
  const best =
    candidates.find((one) => one.name === 'steps') ??
    candidates.find((one) => refersToFrames(one) && isPlaced(one)) ??
    candidates.find(isPlaced) ??
    candidates.find(refersToFrames) ??
    candidates.find(({ name }) => name !== FRAMES) ??
    candidates[0];
  if (best !== undefined) return best;
  if (named.length > 0) {
    const message = `no table has ${named.join(' and ')}; name a table, of ${known()}, or other columns`;
    throw new SimtapeError('NotFound', message, { name: named.join(', ') });
  }
  throw new SimtapeError('NotFound', `there is nothing to draw: no table has rows of numbers`, {
    name: 'table',
  });
}

function chooseKind(table: TableInfo, { x, y }: PlotOptions): PlotKind {
  if (x === undefined && y === undefined) return isFlat(table) ? 'trajectory' : 'series';
  const vectors = [x, y].map((name) => table.columns.find((column) => column.name === name)?.vector);
  const [first, second] = vectors;
  const parts = first !== undefined && second !== undefined && first.name === second.name;
  return parts && first.part !== second.part ? 'trajectory' : 'series';
}

/** Positions in a plane. */
function isFlat(table: TableInfo): boolean {
  return isPlaced(table) && !table.columns.some(({ name }) => name === 'position_z');
}

function isPlaced({ columns }: TableInfo): boolean {
  return ['position_x', 'position_y'].every((name) => columns.some((column) => column.name === name));
}

function refersToFrames({ columns }: TableInfo): boolean {
  return columns.some(isFrame);
}

function isFrame({ references }: StoredColumn): boolean {
  return references?.table === FRAMES;
}

function isNumeric({ kind }: StoredColumn): boolean {
  return !['utf8', 'json', 'bytes', 'enum', 'array'].includes(kind);
}

/** What lines are lines of: episodes, agents, and rows of other tables than that of the frames. */
function groupColumns({ id, columns }: TableInfo): StoredColumn[] {
  // Of a table with a row for each key, such as `episodes`, all rows are one line.
  if (id === null) return [];
  return columns.filter(
    (column) =>
      column.name === EPISODE || column.name === AGENT || (column.kind === 'ref' && !isFrame(column)),
  );
}

function positionPart(table: TableInfo, part: string): string {
  if (isPlaced(table)) return `position_${part}`;
  const advice = `choose columns with x and y, or another kind`;
  throw new SimtapeError(
    'NotFound',
    `table ${table.name} has no position to draw trajectories of: ${advice}`,
    {
      name: `position_${part}`,
    },
  );
}

function chooseValue(table: TableInfo, up: string): string {
  const own = new Set(table.columns.filter((column) => isNumeric(column)).map(({ name }) => name));
  const height = `position_${up}`;
  const named = [...(table.name === 'steps' ? [] : [height]), ...VALUES, height].find((name) =>
    own.has(name),
  );
  if (named !== undefined) return named;
  const value = table.columns.find((column) => isNumeric(column) && isValue(column));
  if (value !== undefined) return value.name;
  throw new SimtapeError('NotFound', `table ${table.name} has no column of numbers to draw`, { name: 'y' });
}

/** Whether a column says something of its row, and not which row it is, or when. */
function isValue({ name, kind, clock, references }: StoredColumn): boolean {
  return kind !== 'ref' && references === undefined && clock === undefined && !/_id$|_number$/.test(name);
}

function chooseTime(table: TableInfo, has: (name: string) => boolean): string {
  if (table.id === null && has(EPISODE)) return EPISODE;
  if (has(TIME)) return TIME;
  const times = table.columns.filter(({ clock }) => clock !== undefined);
  const own = times.find(({ clock }) => clock === 'simulation') ?? times[0];
  if (own !== undefined) return own.name;
  const key = table.columns.find(({ name }) => name === 'step_number' || name === EPISODE);
  if (key !== undefined) return key.name;
  if (table.id !== null) return table.id;
  return table.columns.find(isNumeric)!.name;
}

function holds(tables: readonly TableInfo[], table: TableInfo, name: string): boolean {
  if (table.columns.some((column) => column.name === name)) return true;
  return name === TIME && refersToFrames(table) && tables.some((one) => one.name === FRAMES);
}

function quantity(tables: readonly TableInfo[], table: TableInfo, name: string): Quantity {
  const own = table.columns.find((column) => column.name === name);
  if (own !== undefined) {
    if (isNumeric(own)) return { name, unit: unitOf(own), column: own, viaFrame: false };
    const known = table.columns.filter(isNumeric).map((column) => column.name);
    const message = `column ${name} of table ${table.name} holds ${own.kind}, not numbers; of numbers are ${known.join(', ')}`;
    throw new SimtapeError('InvalidConfig', message, { key: 'column', value: name });
  }
  if (name === table.id) {
    const column: StoredColumn = { name, kind: 'ref', nullable: false };
    return { name, unit: null, column, viaFrame: false };
  }
  const frame = table.columns.find(isFrame);
  const time = tables.find((one) => one.name === FRAMES)?.columns.find((column) => column.name === name);
  if (name === TIME && frame !== undefined && time !== undefined) {
    return { name, unit: unitOf(time), column: frame, viaFrame: true };
  }
  const known = table.columns.filter(isNumeric).map((column) => column.name);
  throw new SimtapeError(
    'NotFound',
    `table ${table.name} has no column ${name}; of numbers are ${known.join(', ')}`,
    {
      name,
    },
  );
}

/** Timestamps are drawn as seconds. */
function unitOf({ kind, unit, name }: StoredColumn): string | null {
  if (kind === 'timestamp') return 's';
  return unit ?? (name === TIME ? 's' : null);
}
