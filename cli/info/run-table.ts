import type { Run } from '../../src/read/index.ts';
import { shownState } from '../ls.ts';
import { clean, count, localTime } from '../text/format.ts';
import { dim } from '../text/style.ts';
import { textTable } from '../text/table.ts';

/** Runs as a table, where there are many. */
export function runTable(runs: readonly Run[]): string {
  const columns = [
    { title: 'run' },
    { title: 'when' },
    { title: 'world' },
    { title: 'seed', right: true },
    { title: 'episodes', right: true },
    { title: 'steps', right: true },
    { title: 'frames', right: true },
    { title: 'state' },
  ];
  const named = (text: string | null) => (text === null ? dim('-') : clean(text));
  const rows = runs.map((run) => [
    clean(run.runId),
    localTime(run.startTimestamp),
    named(run.world),
    named(run.seed),
    count(run.episodes),
    count(run.steps),
    count(run.frames),
    shownState(run.state),
  ]);
  return textTable(columns, rows);
}
