import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Scale } from '../report.ts';
import { figure, type Report, type Target } from '../report.ts';
import type { Saturation } from './saturate.ts';

const POLICIES = ['block', 'drop-newest'] as const;
/** Rows a second of the disk that is pretended: 3.5 MB/s, so that buffers fill within a few seconds. */
const DISK = 100_000;

export async function bench({ quick }: Scale): Promise<Report> {
  const targets: Target[] = [];
  const rows: string[][] = [];
  for (const policy of POLICIES) {
    const got = run<Saturation>('saturate.ts', policy, quick ? '4' : '20', String(DISK));
    rows.push([
      policy,
      figure(got.limit),
      figure(got.allocated),
      figure(got.drift),
      figure(got.rssGrowth),
      Math.round(got.produced / got.seconds).toLocaleString('en-US'),
      got.dropped.toLocaleString('en-US'),
      figure(got.stalled),
      figure(got.longestStall),
    ]);
    targets.push({
      what: `buffers when full, ${policy}`,
      target: `<= ${figure(got.limit)} MB`,
      figure: `${figure(got.allocated)} MB`,
      met: got.allocated <= got.limit,
    });
    if (policy === 'block') {
      targets.push({
        what: 'block while the disk is slow, but writes',
        target: 'waits, never throws',
        figure: got.gaveUp ? `Backpressure after ${figure(got.longestStall)} s` : 'waits',
        met: !got.gaveUp,
      });
    }
  }
  const { held } = run<{ held: number }>('none.ts');
  targets.push({ what: 'none', target: '< 1 MB', figure: `${figure(held)} MB`, met: held < 1 });
  return {
    title: 'Memory when the disk is too slow',
    text: [
      `A simulation that makes rows ten times as fast as the backend takes them (${DISK.toLocaleString('en-US')} rows a ` +
        'second, pretended), with the default memory limit, under two overflow policies. *Buffers* is what `metrics()` ' +
        'says is allocated, at its highest; *drift* is the highest of the second half of the run less that of the first; ' +
        '*RSS* is what the operating system says the process grew by since the loop was warm, garbage of the ' +
        'simulation and copies of the backend included.',
      '`none` is the JavaScript heap and buffers that a recorder with the backend `none` holds after a million appends.',
    ],
    tables: [
      {
        caption: 'When full, MB',
        head: [
          'overflow',
          'limit',
          'buffers',
          'drift',
          'RSS growth',
          'rows/s made',
          'rows dropped',
          'stalled, s',
          'longest frame, s',
        ],
        rows,
      },
    ],
    targets,
  };
}

function run<T>(script: string, ...args: string[]): T {
  const program = join(import.meta.dirname, script);
  const options = ['--expose-gc', '--disable-warning=ExperimentalWarning'];
  const { stdout, stderr } = spawnSync(process.execPath, [...options, program, ...args], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(`${script} failed:\n${stderr}`);
  return JSON.parse(stdout) as T;
}
