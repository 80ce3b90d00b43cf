import type { Reader, ReadOptions } from '../../src/read/index.ts';
import { Failure } from '../problems.ts';

/** The options by which commands choose rows and columns. */
export interface RowFlags {
  readonly columns?: readonly string[];
  readonly episode?: number;
  readonly agent?: number;
  readonly run?: string;
}

export function readOptions({ columns, episode, agent, run }: RowFlags): ReadOptions {
  const where = {
    ...(episode === undefined ? {} : { episode }),
    ...(agent === undefined ? {} : { agent }),
  };
  return {
    ...(columns === undefined ? {} : { select: columns }),
    ...(run === undefined ? {} : { run }),
    ...(Object.keys(where).length === 0 ? {} : { where }),
  };
}

/** The table that was named, or all of those that have what the options name. */
export function chosenTables(reader: Reader, table: string | undefined, flags: RowFlags): string[] {
  const all = reader.tables();
  if (table !== undefined) return [reader.table(table).info.name];
  const needed = [
    ...(flags.columns ?? []),
    ...(flags.episode === undefined ? [] : ['episode_id']),
    ...(flags.agent === undefined ? [] : ['agent_id']),
  ];
  const known = all.filter(({ id, columns }) =>
    needed.every(
      (name) => name === id || name === 'run_id' || columns.some((column) => column.name === name),
    ),
  );
  if (known.length > 0 || all.length === 0) return known.map(({ name }) => name);
  throw new Failure(`no table has ${needed.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
}
