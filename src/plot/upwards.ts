import type { Reader, Run, TableInfo } from '../read/reader.ts';

/**
 * Which axis of a table's positions points up: the one along gravity where the run's configuration has a vector of it. Else
 * y, as in most engines, unless all rows have the same y and not the same z.
 */
export async function upwards(reader: Reader, runs: readonly Run[], table: TableInfo): Promise<string> {
  const gravity = (runs[0]?.configuration as { gravity?: unknown } | null | undefined)?.gravity;
  if (typeof gravity === 'object' && gravity !== null) {
    const parts = Object.values(gravity)
      .slice(0, 3)
      .map((part) => Math.abs(Number(part)));
    return 'xyz'[parts.indexOf(Math.max(...parts))] ?? 'y';
  }
  const names = ['position_y', 'position_z'];
  if (!names.every((name) => table.columns.some((column) => column.name === name))) return 'y';
  const [y, z] = await Promise.all(names.map((name) => reader.table(table.name).extent(name)));
  return y?.least === y?.greatest && z?.least !== z?.greatest ? 'z' : 'y';
}
