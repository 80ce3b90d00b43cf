import { describe, test } from 'vitest';
import { type BackendFactory, type PlainRow, SimtapeError } from '../../src/index.ts';
import { MethodBackend } from '../../src/recorders/method-backend.ts';
import { testBackend } from '../../src/testing/index.ts';

let paths = 0;

/** What the methods of classes were given, by path and table. */
const kept = new Map<string, Record<string, PlainRow[]>>();

const ofMethods: BackendFactory = ({ path }) => {
  const tables: Record<string, PlainRow[]> = {};
  if (kept.has(path!)) throw new SimtapeError('CannotOpen', 'it is there already', { path: path! });
  kept.set(path!, tables);
  const keep = (table: string, rows: readonly PlainRow[]) => {
    tables[table] ??= [];
    return tables[table].push(...rows);
  };
  const methods = {
    name: 'Kept',
    steps: (rows: readonly PlainRow[]) => keep('steps', rows),
    episodes: (rows: readonly PlainRow[]) => keep('episodes', rows),
    table: keep,
    close: () => {},
  };
  return new MethodBackend(methods, path);
};

/** An episode that is completed again comes again, with what is new of it. */
function united(tables: Record<string, PlainRow[]>): Record<string, PlainRow[]> {
  const episodes = new Map<unknown, PlainRow>();
  for (const row of tables.episodes ?? []) {
    const said = Object.entries(row).filter(([, value]) => value !== null);
    episodes.set(row.episode_id, { ...episodes.get(row.episode_id), ...Object.fromEntries(said) });
  }
  return { ...tables, episodes: [...episodes.values()] };
}

testBackend(
  {
    name: 'a class with methods of its own',
    backend: ofMethods,
    can: { exact: true, abandon: false, live: false, reopen: false, references: false },
    freshPath: () => `methods-${++paths}`,
    read: (path) => united(kept.get(path)!),
  },
  { describe, test },
);
