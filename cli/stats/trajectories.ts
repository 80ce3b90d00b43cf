import type { TrajectoryStatistics } from '../../src/read/index.ts';
import { clean, count, number } from '../text/format.ts';
import { dim } from '../text/style.ts';
import { textTable } from '../text/table.ts';

/** The ways of agents through episodes, one a line. */
export function trajectoriesText(all: readonly TrajectoryStatistics[]): string {
  if (all.length === 0) return 'no step has a position';
  const severalRuns = new Set(all.map(({ runId }) => runId)).size > 1;
  const hasAgents = all.some(({ agent }) => agent !== null);
  const right = true;
  const columns = [
    ...(severalRuns ? [{ title: 'run' }] : []),
    { title: 'episode', right },
    ...(hasAgents ? [{ title: 'agent', right }] : []),
    ...['steps', 'distance', 'direct', 'efficiency', 'duration', 'reward'].map((title) => ({ title, right })),
  ];
  const rows = all.map((one) => [
    ...(severalRuns ? [clean(one.runId)] : []),
    String(one.episode),
    ...(hasAgents ? [shown(one.agent)] : []),
    count(one.steps),
    ...[one.totalDistance, one.directDistance, one.pathEfficiency, one.duration, one.totalReward].map(shown),
  ]);
  return textTable(columns, rows);
}

function shown(value: number | null): string {
  return value === null ? dim('-') : number(value, 5);
}
