import { bytes, count, counted, duration, shownPath } from '../text/format.ts';
import { bold, dim, green, red, yellow } from '../text/style.ts';
import { indent, textList } from '../text/table.ts';
import { nextCommands } from './next-commands.ts';
import { lostRows, type RecordResult, safeRows, totalRows } from './result.ts';

/** What `simtape record` prints when it is done. */
export function summary(result: RecordResult): string {
  const { path } = result;
  const list = entries(result);
  const blocks = [headline(result), ...(list.length > 0 ? [indent(textList(list))] : [])];
  if (path !== null && result.unreadable === null && totalRows(result) > 0) {
    blocks.push(`${dim('next:')}\n${indent(nextCommands(result).join('\n'))}`);
  }
  return blocks.join('\n\n');
}

function headline(result: RecordResult): string {
  const { label, runId, path, report, signal, unreadable } = result;
  if (unreadable !== null) return red(`the recording of ${label} cannot be read back`);
  if (report !== null && signal !== null) return yellow(`stopped; ${safeRows(result)}`);
  const finished = report !== null && report.failure === undefined && !report.exitCode;
  if (!finished) return red(`${label} did not finish`);
  return path === null ? bold(`ran ${label}, recording nothing`) : green(`recorded ${label} as ${runId}`);
}

function entries(result: RecordResult): [string, string][] {
  const { path, backend, report, bytes: size } = result;
  const list: [string, string][] = [];
  if (path !== null)
    list.push([
      backend === 'parquet' ? 'folder' : 'file',
      `${shownPath(path)}  ${dim(`(${backend}, ${bytes(size ?? 0)})`)}`,
    ]);
  if (report?.episodes !== undefined) {
    const { completed, successes } = report.episodes;
    list.push(['episodes', `${count(completed)}, of which ${count(successes)} reached the source`]);
  }
  if (path !== null && (report !== null || totalRows(result) > 0)) list.push(...tableEntries(result));
  if (report === null) return list;
  list.push(['time', timing(result)]);
  if (path !== null) list.push(['dropped', lost(result)]);
  return list;
}

function tableEntries(result: RecordResult): [string, string][] {
  const tables = Object.entries(result.rows);
  if (tables.length === 0)
    return [['tables', 'none: the simulation called neither recorder.recordStep nor append of a table']];
  const name = Math.max(...tables.map(([table]) => table.length));
  const width = Math.max(...tables.map(([, rows]) => count(rows).length));
  return tables.map(([table, rows], i) => [
    i > 0 ? '' : tables.length === 1 ? 'table' : 'tables',
    `${table.padEnd(name)}  ${count(rows).padStart(width)} ${rows === 1 ? 'row' : 'rows'}`,
  ]);
}

function timing(result: RecordResult): string {
  const { seconds, waited } = result.report!;
  const rows = totalRows(result);
  if (rows === 0) return duration(seconds);
  const rate = counted(rows / seconds, 'row');
  const waiting = waited < 0.005 ? 'never waited' : `waited ${duration(waited)}`;
  return `${duration(seconds)}, ${rate} a second; the simulation ${waiting} for the recorder`;
}

function lost(result: RecordResult): string {
  if (lostRows(result) === 0) return '0 rows';
  const tables = Object.values(result.report!.tables);
  const sum = (of: 'dropped' | 'rejected' | 'failed') => tables.reduce((all, table) => all + table[of], 0);
  const refused = `${count(sum('rejected'))} refused for what they hold`;
  return red(`${counted(sum('dropped'), 'row')}, ${refused}, ${count(sum('failed'))} not written`);
}
