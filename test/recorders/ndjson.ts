import { readFileSync } from 'node:fs';
import type { StoredColumn, TablePlan } from '../../src/index.ts';
import { arrayElements } from '../../src/read/column-builder.ts';

type Row = Record<string, unknown>;

interface Line {
  run?: { runId: string };
  table?: TablePlan;
  in?: string;
  row?: Row;
  commit?: number;
  abandon?: boolean;
  end?: number | null;
}

/** What the file of `examples/ndjson-backend.ts` holds: rows of whole commits, those of a key united. */
export function readNdjson(path: string): {
  runId: string;
  end: number | null;
  tables: Record<string, Row[]>;
} {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const plans = new Map<string, TablePlan>();
  const tables: Record<string, Row[]> = {};
  let waiting: [table: string, row: Row][] = [];
  let runId = '';
  let end: number | null = null;
  for (const text of lines) {
    const line = JSON.parse(text) as Line;
    if (line.run !== undefined) runId = line.run.runId;
    if (line.table !== undefined) plans.set(line.table.name, line.table);
    if (line.in !== undefined) waiting.push([line.in, line.row!]);
    if (line.abandon === true) waiting = [];
    if (line.end !== undefined) end = line.end;
    if (line.commit === undefined) continue;
    for (const [name, row] of waiting)
      put(rowsOf(tables, name), decoded(row, plans.get(name)!), plans.get(name)!);
    waiting = [];
  }
  return { runId, end, tables };
}

function rowsOf(tables: Record<string, Row[]>, name: string): Row[] {
  tables[name] ??= [];
  return tables[name];
}

function put(rows: Row[], row: Row, { key }: TablePlan): void {
  const known = key === null ? undefined : rows.find((candidate) => candidate[key] === row[key]);
  if (known === undefined) rows.push(row);
  else Object.assign(known, row);
}

function decoded(row: Row, plan: TablePlan): Row {
  const values: Row = { ...row };
  for (const column of plan.columns) {
    const value = row[column.name];
    if (value !== undefined) values[column.name] = decode(column, value);
  }
  return values;
}

function decode({ kind, element }: StoredColumn, value: unknown): unknown {
  switch (kind) {
    case 'f64':
    case 'f32':
      return Number(value);
    case 'i64':
    case 'u64':
    case 'timestamp':
      return BigInt(value as number | string);
    case 'bytes':
      return new Uint8Array(Buffer.from(value as string, 'base64'));
    case 'array':
      return arrayElements(element!, new Uint8Array(Buffer.from(value as string, 'base64')));
    default:
      return value;
  }
}
