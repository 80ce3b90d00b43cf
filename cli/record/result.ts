import type { TableMetrics } from '../../src/index.ts';
import { openRecording, type Reader } from '../../src/read/index.ts';
import { describe } from '../problems.ts';
import type { SimulationReport } from '../simulation/messages.ts';
import { exitCodeOf, type StopSignal } from '../simulation/stopper.ts';
import type { Ended } from '../simulation/thread.ts';
import { counted, shownPath } from '../text/format.ts';

/** A recording that has ended, however it ended. */
export interface RecordResult {
  /** What was recorded, as the user named it. */
  readonly label: string;
  readonly backend: string;
  readonly runId: string;
  readonly path: string | null;
  /** Size of the file, null where there is none. */
  readonly bytes: number | null;
  /** Rows of this run in the file, by table; none where it is one of several runs and its thread is gone. */
  readonly rows: Readonly<Record<string, number>>;
  /** Null where the simulation was ended by force, or died. */
  readonly report: SimulationReport | null;
  readonly signal: StopSignal | null;
  readonly forced: boolean;
  readonly death: string | null;
  /** Why the recording cannot be read back. */
  readonly unreadable: string | null;
}

/** Puts together how it ended and what the file now holds; null where no recording was begun. */
export async function resultOf(
  { opened, report, death }: Ended,
  more: Pick<RecordResult, 'label' | 'signal' | 'forced'>,
): Promise<RecordResult | null> {
  if (opened === null) return null;
  const { runId, backend, path } = opened;
  const rows: Record<string, number> = {};
  for (const [name, { written }] of Object.entries(report?.tables ?? {})) rows[name] = written;
  const result = { ...more, backend, runId, path, rows, report, death };
  if (path === null) return { ...result, bytes: null, unreadable: null };
  try {
    using reader = await openRecording(path);
    lookUpRows(reader, runId, rows, report === null);
    return { ...result, bytes: reader.bytes, unreadable: null };
  } catch (error) {
    return { ...result, bytes: null, unreadable: describe(error) };
  }
}

/** Puts right what the counters do not tell: the rows in the file, by table. */
function lookUpRows(
  reader: Reader,
  runId: string,
  rows: Record<string, number>,
  countersLost: boolean,
): void {
  const runs = reader.runs();
  const run = runs.find((candidate) => candidate.runId === runId);
  // An episode's row is written when it begins and again when it ends.
  if (run !== undefined && 'episodes' in rows) rows.episodes = run.episodes;
  if (!countersLost || runs.length > 1) return;
  for (const table of reader.tables()) rows[table.name] = table.rows;
}

/** Rows that did not reach the file. */
export function lostRows({ report }: RecordResult): number {
  return sum(report?.tables ?? {}, ({ dropped, rejected, failed }) => dropped + rejected + failed);
}

export function totalRows({ rows }: RecordResult): number {
  return sum(rows, (count) => count);
}

/** `12 rows are safe in PATH`. */
export function safeRows(result: RecordResult): string {
  if (result.path === null) return 'nothing was to be recorded';
  const rows = totalRows(result);
  if (result.unreadable !== null) return `it was recorded to ${shownPath(result.path)}`;
  if (rows === 0 && result.report === null) return `what was committed is safe in ${shownPath(result.path)}`;
  if (rows === 0) return 'nothing had been recorded';
  return `${counted(rows, 'row')} ${rows === 1 ? 'is' : 'are'} safe in ${shownPath(result.path)}`;
}

/** What went wrong, one line each; nothing where all went well. */
export function problems(result: RecordResult): string[] {
  const { unreadable } = result;
  return [
    ...endings(result),
    ...(result.report?.losses ?? []),
    ...(unreadable === null ? [] : [`the recording cannot be read back: ${unreadable}`]),
  ];
}

function endings(result: RecordResult): string[] {
  const { label, report, path, forced, signal, death } = result;
  const until = path === null ? '' : `; ${safeRows(result)}`;
  if (report === null) {
    if (!forced) return [`the thread of ${label} ended: ${death ?? 'without saying why'}${until}`];
    const asked = signal === 'SIGINT' ? 'Ctrl-C' : signal;
    return [`${label} did not stop after ${asked} and was ended by force${until}`];
  }
  const found: string[] = [];
  if (report.failure !== undefined) found.push(`${label} failed: ${report.failure}${until}`);
  if (report.exitCode !== undefined) {
    found.push(`${label} called process.exit(${report.exitCode})${until}`);
  }
  return found;
}

export function exitCode(result: RecordResult): number {
  const { report, signal, unreadable } = result;
  if (signal !== null) return exitCodeOf(signal);
  if (report === null || report.failure !== undefined || lostRows(result) > 0) return 1;
  if (report.losses.length > 0 || unreadable !== null) return 1;
  return report.exitCode ?? 0;
}

function sum<T>(values: Readonly<Record<string, T>>, of: (value: T) => number): number {
  return Object.values(values).reduce((total, value) => total + of(value), 0);
}

/** What `simtape record --json` prints. */
export function resultAsJson(result: RecordResult): Record<string, unknown> {
  const { runId, path, backend, report, rows, bytes, signal, forced } = result;
  return {
    runId,
    path,
    backend,
    seconds: report === null ? null : round(report.seconds),
    waitedSeconds: report === null ? null : round(report.waited),
    bytes,
    ...(report?.episodes === undefined ? {} : { episodes: report.episodes }),
    interrupted: signal,
    ...(forced ? { forced } : {}),
    problems: problems(result),
    tables: Object.fromEntries(
      Object.entries(rows).map(([name, written]) => [name, counters(report?.tables[name], written)]),
    ),
  };
}

/** Where the simulation's thread is gone, only what is in the file is known. */
function counters(metrics: TableMetrics | undefined, rows: number): Record<string, number | null> {
  if (metrics === undefined) return { submitted: null, written: rows, dropped: null };
  const { submitted, written, dropped, rejected, failed } = metrics;
  return { submitted, written, dropped, rejected, failed };
}

function round(seconds: number): number {
  return Number(seconds.toFixed(6));
}
