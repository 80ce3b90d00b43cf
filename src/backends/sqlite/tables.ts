import type { DatabaseSync } from 'node:sqlite';
import { SimtapeError } from '../../errors.ts';
import { planDifferences, type StoredColumn, type TablePlan } from '../../schema/plan.ts';
import { storedPlan } from '../../schema/stored-plan.ts';
import { MAX_COLUMNS, quote } from './format.ts';

/** How a table says which run a row belongs to: the documented tables by `run_id`, others by `run_number`. */
export function runColumn(plan: Pick<TablePlan, 'name'>): 'run_id' | 'run_number' {
  return plan.name === 'episodes' || plan.name === 'steps' ? 'run_id' : 'run_number';
}

/** All columns of a table in their order in the file, with their SQL type. */
function columnsInOrder(plan: TablePlan): { name: string; sql: string }[] {
  const columns = plan.columns.map((column) => ({
    name: column.name,
    sql: declare(column, plan.name === 'episodes' && column.name === 'start_timestamp'),
  }));
  if (runColumn(plan) === 'run_id') columns.splice(1, 0, { name: 'run_id', sql: '"run_id" TEXT NOT NULL' });
  else columns.push({ name: 'run_number', sql: '"run_number" INTEGER NOT NULL' });
  if (plan.id !== null) {
    // The documented schema of `steps` has AUTOINCREMENT; elsewhere ids are given out by simtape alone.
    const auto = plan.name === 'steps' ? ' AUTOINCREMENT' : '';
    columns.unshift({ name: plan.id, sql: `${quote(plan.id)} INTEGER PRIMARY KEY${auto}` });
  }
  return columns;
}

const SQL_TYPES: Partial<Record<StoredColumn['kind'], string>> = {
  f64: 'REAL',
  f32: 'REAL',
  bool: 'BOOLEAN',
  utf8: 'TEXT',
  json: 'TEXT',
  enum: 'TEXT',
  bytes: 'BLOB',
  array: 'BLOB',
};

function declare(column: StoredColumn, isEpisodeStart = false): string {
  const type = SQL_TYPES[column.kind] ?? 'INTEGER';
  // NaN is stored as NULL, so a float column takes NULL even where rows may not leave it out.
  const float = column.kind === 'f64' || column.kind === 'f32';
  const mayBeNull = column.nullable || (float && !isEpisodeStart);
  const target = column.references;
  const reference =
    target === undefined || target.table === 'episodes'
      ? ''
      : ` REFERENCES ${quote(target.table)}(${quote(target.column)})`;
  return `${quote(column.name)} ${type}${mayBeNull ? '' : ' NOT NULL'}${reference}`;
}

function constraints(plan: TablePlan): string[] {
  if (plan.name === 'episodes') {
    return ['PRIMARY KEY ("episode_id", "run_id")', 'FOREIGN KEY ("run_id") REFERENCES "runs"("run_id")'];
  }
  if (plan.name !== 'steps') return [];
  return ['FOREIGN KEY ("episode_id", "run_id") REFERENCES "episodes"("episode_id", "run_id")'];
}

/** Indexes that make "rows of frame F", "frames from t0 to t1" and "episode E of run R" look-ups. */
function indexes(plan: TablePlan): string[] {
  if (plan.name === 'steps') return [index(plan.name, 'episode_id', 'run_id', 'step_number')];
  if (plan.name === 'simulation_frame') return [index(plan.name, 'simulation_time')];
  return frameIndexes(plan.name, plan.columns);
}

function frameIndexes(table: string, columns: readonly StoredColumn[]): string[] {
  const frames = columns.filter((column) => column.references?.table === 'simulation_frame');
  return frames.map((column) => index(table, column.name));
}

/** No table or column has a dot in its name, so that no two indexes, or an index and a table, have one name. */
function index(table: string, ...columns: string[]): string {
  const name = quote(`${table}.${columns[0]}`);
  return `CREATE INDEX ${name} ON ${quote(table)} (${columns.map(quote).join(', ')})`;
}

/**
 * Makes a table, or gives it the columns that it has not got, and notes them in the catalogue.
 * @returns the columns that take null in the file
 */
export function makeTable(database: DatabaseSync, plan: TablePlan): ReadonlySet<string> {
  const plans = readPlans(database);
  const known = plans.find(({ name }) => name === plan.name);
  const fresh = plan.columns.filter((column) => !known?.columns.some(({ name }) => name === column.name));
  const width = columnsInOrder({ ...plan, columns: [...(known?.columns ?? []), ...fresh] }).length;
  if (width > MAX_COLUMNS) {
    throw new SimtapeError(
      'TooMany',
      `table ${plan.name} would have ${width} columns; SQLite takes at most ${MAX_COLUMNS}: use array columns, or split the table`,
      { what: 'columns', limit: MAX_COLUMNS },
    );
  }
  if (known === undefined) {
    const twin = plans.find(({ name }) => name.toLowerCase() === plan.name.toLowerCase());
    if (twin !== undefined) throw mismatch(plan, [`the file calls it ${twin.name}`]);
    const parts = [...columnsInOrder(plan).map(({ sql }) => sql), ...constraints(plan)];
    database.exec(`CREATE TABLE ${quote(plan.name)} (\n  ${parts.join(',\n  ')}\n)`);
    for (const sql of indexes(plan)) database.exec(sql);
    database
      .prepare('INSERT INTO simtape_tables VALUES (?, ?, ?, ?, ?, 1)')
      .run(plan.name, plan.id, plan.key, plan.static ? 1 : 0, plan.description ?? null);
    for (const [position, column] of plan.columns.entries())
      note(database, plan, column, position, column.nullable);
    return nullableOf(plan.columns);
  }
  const differences = [...planDifferences(known, plan), ...unfit(known, plan, fresh)];
  if (differences.length > 0) throw mismatch(plan, differences);
  let position = known.columns.length;
  // Rows that are there already have no value for them.
  const added = fresh.map((column) => ({ ...column, nullable: true }));
  for (const column of added) {
    database.exec(`ALTER TABLE ${quote(plan.name)} ADD COLUMN ${declare(column)}`);
    note(database, plan, column, position++, true);
  }
  for (const sql of frameIndexes(plan.name, added)) database.exec(sql);
  return nullableOf([...known.columns, ...added]);
}

/** Where rows of a plan do not fit a table, although its kinds do. */
function unfit(known: TablePlan, wanted: TablePlan, fresh: readonly StoredColumn[]): string[] {
  const problems: string[] = [];
  for (const column of known.columns) {
    const own = wanted.columns.find(({ name }) => name === column.name);
    const dictionary = wanted.name === 'steps' || wanted.name === 'episodes';
    if (own === undefined && !column.nullable && !dictionary) problems.push(`${column.name} is required`);
    if (own?.nullable && !column.nullable) problems.push(`${column.name} takes no null`);
    const twin = fresh.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
    if (twin !== undefined) problems.push(`${twin.name} is called ${column.name}`);
  }
  return problems;
}

function nullableOf(columns: readonly StoredColumn[]): ReadonlySet<string> {
  return new Set(columns.filter(({ nullable }) => nullable).map(({ name }) => name));
}

function mismatch(plan: TablePlan, differences: readonly string[]): SimtapeError<'SchemaMismatch'> {
  return new SimtapeError(
    'SchemaMismatch',
    `the file has a table ${plan.name} with other columns (${differences.join('; ')}): record to another file, or rename the table`,
    { table: plan.name },
  );
}

function note(
  database: DatabaseSync,
  plan: TablePlan,
  column: StoredColumn,
  position: number,
  nullable: boolean,
): void {
  const { labels, element, length, references, vector } = column;
  const details = JSON.stringify({ labels, element, length, references, vector });
  database
    .prepare('INSERT INTO simtape_columns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      plan.name,
      column.name,
      position,
      column.kind,
      nullable ? 1 : 0,
      column.unit ?? null,
      column.description ?? null,
      column.clock ?? null,
      details === '{}' ? null : details,
    );
}

/** The plans of all tables in the file, from its catalogue. */
export function readPlans(database: DatabaseSync): TablePlan[] {
  const columns = database.prepare('SELECT * FROM simtape_columns WHERE table_name = ? ORDER BY position');
  return database
    .prepare('SELECT * FROM simtape_tables ORDER BY rowid')
    .all()
    .map((table) => {
      const plan = {
        name: table.table_name,
        id: table.id_column,
        key: table.key_column,
        static: table.is_static === 1,
        ...(table.description === null ? {} : { description: table.description }),
        columns: columns.all(table.table_name!).map(readColumn),
      };
      const { data, error } = storedPlan.safeParse(plan);
      if (data !== undefined) return data;
      const { path: at, message } = error!.issues[0]!;
      throw new SimtapeError(
        'NotARecording',
        `${database.location()} is damaged: its catalogue has no table as simtape writes it (${at.join('.')}: ${message})`,
        { path: database.location() ?? '' },
      );
    });
}

function readColumn(row: Record<string, unknown>): unknown {
  const column: Record<string, unknown> = {
    name: row.column_name,
    kind: row.kind,
    nullable: row.nullable === 1,
  };
  for (const field of ['unit', 'description', 'clock']) if (row[field] !== null) column[field] = row[field];
  if (row.details !== null) Object.assign(column, JSON.parse(String(row.details)));
  return column;
}
