import { invocation, userFolder } from '../invocation.ts';
import { shellWord, shownPath } from '../text/format.ts';

/** What to try with a recording. */
export function nextCommands(path: string, tables: readonly string[]): string[] {
  const file = shellWord(shownPath(path, userFolder()));
  const simtape = invocation();
  return [`${simtape} info ${file}`, `${simtape} sql ${file} "${exampleQuery(tables)}"`];
}

function exampleQuery(tables: readonly string[]): string {
  if (tables.includes('episodes')) {
    return 'SELECT episode_id, total_steps, success, termination_reason FROM episodes';
  }
  const table = tables.find((name) => name !== 'simulation_frame') ?? tables[0] ?? 'runs';
  return `SELECT * FROM ${table} LIMIT 10`;
}
