import { readFileSync } from 'node:fs';

type Row = Record<string, unknown>;

/** Columns that hold JSON as text, in the tables of the conformance suite. */
const JSON_COLUMNS = ['data', 'action_data'];

/** What the backend of examples/ndjson-backend.ts wrote: rows count once the line that ends their commit is there. */
export function readNdjson(path: string): { tables: Record<string, Row[]>; end: number | null } {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const values = lines.map((line) => JSON.parse(line) as Row);
  const last = values.findLastIndex((value) => 'commit' in value);
  const tables: Record<string, Row[]> = {};
  for (const { table, ...row } of values.slice(0, last + 1)) {
    if (table === undefined) continue;
    const rows = tables[table as string] ?? [];
    tables[table as string] = rows;
    store(rows, table === 'kind_json' ? parsed(row, ['v', 'n']) : parsed(row, JSON_COLUMNS));
  }
  return {
    tables,
    end: (values.findLast((value) => 'endTimestamp' in value)?.endTimestamp as number) ?? null,
  };
}

/** Later rows of an episode complete earlier ones. */
function store(rows: Row[], row: Row): void {
  const isEpisode = 'total_steps' in row;
  const known = isEpisode ? rows.find(({ episode_id }) => episode_id === row.episode_id) : undefined;
  if (known === undefined) rows.push(row);
  else for (const [name, value] of Object.entries(row)) if (value !== null) known[name] = value;
}

function parsed(row: Row, columns: readonly string[]): Row {
  const texts = columns.filter((name) => typeof row[name] === 'string');
  return { ...row, ...Object.fromEntries(texts.map((name) => [name, JSON.parse(row[name] as string)])) };
}
