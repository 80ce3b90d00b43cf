import type { Run } from '../../src/read/index.ts';
import { shownState } from '../ls.ts';
import { clean, count, localTime } from '../text/format.ts';
import { dim } from '../text/style.ts';
import { textTable } from '../text/table.ts';

/** Runs as a table, where there are many. */
export function runTable(runs: readonly Run[]): string {
  const columns = [
    { title: 'run' },
    { title: 'when', spare: 1 },
    { title: 'world', spare: 2 },
    { title: 'seed', right: true, spare: 4 },
    { title: 'episodes', right: true, spare: 5 },
    { title: 'steps', right: true, spare: 3 },
    { title: 'frames', right: true, spare: 6 },
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
