import { invocation, userFolder } from '../invocation.ts';
import { nearPath, shellWord } from '../text/format.ts';
import type { RecordResult } from './result.ts';

/** What to try with a recording. */
export function nextCommands({ path, backend, rows, report }: RecordResult): string[] {
  const recording = shellWord(nearPath(path!, userFolder()));
  const simtape = invocation();
  const commands = [`${simtape} info ${recording}`];
  if ('steps' in rows || 'simulation_frame' in rows) commands.push(`${simtape} plot ${recording}`);
  // Its thread is gone, so that nobody closed it.
  if (report === null) commands.unshift(`${simtape} recover ${recording}`);
  if (backend !== 'sqlite' && !isInstalled('@duckdb/node-api')) commands.push('npm install @duckdb/node-api');
  return [...commands, `${simtape} sql ${recording} "${exampleQuery(Object.keys(rows))}"`];
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

function exampleQuery(tables: readonly string[]): string {
  if (tables.includes('episodes')) {
    return 'SELECT episode_id, total_steps, success, termination_reason FROM episodes';
  }
  const table = tables.find((name) => name !== 'simulation_frame') ?? tables[0] ?? 'runs';
  return `SELECT * FROM ${table} LIMIT 10`;
}
