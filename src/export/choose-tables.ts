import { SimtapeError } from '../errors.ts';
import type { Reader, TableInfo } from '../read/reader.ts';
import { findTable } from '../read/select.ts';

const STEPS = 'steps';

/** The tables that were asked for by name. @throws `NotFound` naming those that there are */
export function namedTables(reader: Reader, names: readonly string[]): TableInfo[] {
  return [...new Set(names)].map((name) => findTable(reader.path, reader.tables(), name));
}

/**
 * The table of a file that holds one: `steps`; where there is none, the only one with a row a frame, or the only one.
 * @throws `NotFound` naming those that there are
 */
export function mainTable(reader: Reader): TableInfo {
  const tables = reader.tables();
  const steps = tables.find(({ name }) => name === STEPS);
  if (steps !== undefined) return steps;
  const ofFrames = tables.filter(({ columns }) =>
    columns.some(({ references }) => references?.table === 'simulation_frame'),
  );
  const only = tables.length === 1 ? tables[0] : ofFrames.length === 1 ? ofFrames[0] : undefined;
  if (only !== undefined) return only;
  const names = tables.map(({ name }) => name).join(', ') || 'no tables';
  throw new SimtapeError(
    'NotFound',
    `${reader.path} has no table steps: choose one of ${names} (tables), or a folder for all of them (a path that ends in /)`,
    { name: STEPS },
  );
}
