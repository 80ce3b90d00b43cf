import type { Reader } from '../read/reader.ts';
import type { StoredColumn } from '../schema/plan.ts';
import type { LineKey } from './gather.ts';

/** More rows than that are not looked through for a name. */
const MOST_ROWS = 100_000;

/**
 * What lines are called: `episode 3, agent 1`, and rows of another table by their column `name` where that has one.
 */
export async function nameLines(
  reader: Reader,
  groups: readonly StoredColumn[],
  keys: readonly LineKey[],
): Promise<string[]> {
  const names = new Map<string, ReadonlyMap<number, string>>();
  for (const { name, references } of groups) {
    if (references !== undefined) names.set(name, await rowNames(reader, references.table));
  }
  // What all lines have in common tells none apart; the title says it.
  const common = (column: string, value: number | string) =>
    keys.every((key) => key.some(([other, its]) => other === column && its === value));
  return keys.map((key) =>
    key
      .filter(([column, value]) => !common(column, value))
      .map(([column, value]) => names.get(column)?.get(value as number) ?? `${wordsOf(column)} ${value}`)
      .join(', '),
  );
}

/** `episode_id` is an episode. */
function wordsOf(column: string): string {
  return column.replace(/_id$/, '').replaceAll('_', ' ');
}

async function rowNames(reader: Reader, name: string): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  const info = reader.tables().find((table) => table.name === name);
  if (info === undefined || info.id === null || info.rows > MOST_ROWS) return names;
  if (!info.columns.some((column) => column.name === 'name' && column.kind === 'utf8')) return names;
  const { id } = info;
  for await (const row of reader.table(name).rows({ select: [id, 'name'] })) {
    if (typeof row.name === 'string') names.set(Number(row[id]), row.name);
  }
  return names;
}
