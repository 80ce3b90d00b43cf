import { join } from 'node:path';
import { createRecorder, type RecorderConfig } from '../../src/index.ts';
import { CallTimes, type Condition } from '../append/conditions.ts';
import { type AppendSubject, recorderSubject } from '../append/subjects.ts';
import { figure, type ReportTable, type Target, times } from '../report.ts';
import { median, pairedRatio, percentile } from '../statistics.ts';

const DISCARD = 'discarding backend';
const DEFAULT = 'parquet';
const SMALL = 'parquet, row groups of 2,000 rows';

/** 100,000 rows at some 150,000 a second, which any backend keeps up with: two row groups by default. */
const PACED: Condition = { name: 'paced', frames: 1000, fresh: false, paced: true };

/** What single appends take while the writer encodes row groups, and while it throws rows away. */
export async function latency(
  folder: string,
  turns: number,
): Promise<{ table: ReportTable; targets: Target[] }> {
  const configs: [string, RecorderConfig][] = [
    [DISCARD, { backend: new URL('../discard-backend.ts', import.meta.url) }],
    [DEFAULT, { backend: 'parquet', path: join(folder, 'default') }],
    [SMALL, { backend: 'parquet', path: join(folder, 'small'), parquet: { rowGroupValues: 2000 * 23 } }],
  ];
  const subjects: AppendSubject[] = [];
  for (const [name, config] of configs) subjects.push(recorderSubject(name, await createRecorder(config)));
  const taken = new Map<string, Float64Array[]>(subjects.map(({ name }) => [name, []]));
  for (let turn = -1; turn < turns; turn++) {
    for (const subject of turn % 2 === 0 ? subjects : subjects.toReversed()) {
      const calls = new CallTimes(PACED.frames * 100);
      await calls.take(subject, PACED);
      if (turn >= 0) taken.get(subject.name)!.push(calls.sorted());
    }
  }
  for (const subject of subjects) await subject.close();
  const shares = (name: string, share: number) => taken.get(name)!.map((sorted) => percentile(sorted, share));
  const ratio = (name: string) => pairedRatio(shares(name, 0.999), shares(DISCARD, 0.999));
  const rows = subjects.map(({ name }) => [
    name,
    ...[0.5, 0.99, 0.999, 0.9999].map((share) => figure(median(shares(name, share)))),
    times(ratio(name)),
  ]);
  return {
    table: {
      caption: 'Single appends of 22 columns, paced',
      head: ['ns', 'p50', 'p99', 'p99.9', 'p99.99', 'ratio of p99.9'],
      rows,
    },
    targets: [DEFAULT, SMALL].map((name) => ({
      what: `p99.9 of an append, ${name}`,
      target: '<= 1.2 x discarding backend',
      figure: times(ratio(name)),
      met: ratio(name) <= 1.2,
    })),
  };
}
