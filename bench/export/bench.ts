import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exportRecording } from '../../src/export/index.ts';
import { inFolder } from '../folder.ts';
import { figure, type Report, type Scale, type Target, times } from '../report.ts';
import { interleave, median, pairedRatio, type Subject } from '../statistics.ts';
import { COPIES, copySteps, openDuckdb } from './duckdb.ts';
import { EPISODES, recordEpisodes, STEPS } from './recording.ts';

const OURS = 'simtape';
const PEER = 'DuckDB';
const FORMATS = ['parquet', 'csv', 'json', 'ndjson', 'arrow', 'sqlite', 'hdf5'] as const;
const TARGET_MS = 100;

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const run = join(folder, 'run');
    await recordEpisodes(run, 'parquet');
    const duckdb = await openDuckdb();
    const processor = new Map<string, number[]>();
    const sizes = new Map<string, number>();
    const subject = (who: string, format: string, write: (path: string) => Promise<unknown>): Subject => ({
      name: `${who}, ${format}`,
      measure: async () => {
        const path = join(folder, `out.${format === 'hdf5' ? 'h5' : format}`);
        rmSync(path, { force: true });
        rmSync(`${path}.metadata.json`, { force: true });
        const [started, used] = [performance.now(), process.cpuUsage()];
        await write(path);
        const { user, system } = process.cpuUsage(used);
        const milliseconds = performance.now() - started;
        const name = `${who}, ${format}`;
        processor.set(name, [...(processor.get(name) ?? []), (user + system) / 1000]);
        sizes.set(name, statSync(path).size / 1e6);
        return milliseconds;
      },
    });
    const subjects = FORMATS.flatMap((format) => [
      subject(OURS, format, (path) => exportRecording(run, path, { format })),
      ...(COPIES[format] === undefined
        ? []
        : [subject(PEER, format, (path) => copySteps(duckdb, run, path, format))]),
    ]);
    const warmUps = 3;
    const figures = await interleave(subjects, quick ? 5 : 15, warmUps);
    duckdb.disconnectSync();
    const used = (who: string, format: string) => processor.get(`${who}, ${format}`)?.slice(warmUps);
    const shown = (found: readonly number[] | undefined) =>
      found === undefined ? '-' : figure(median(found));
    return {
      title: 'Export',
      text: [
        `A Parquet run of ${EPISODES} episodes of ${STEPS.toLocaleString('en-US')} steps (14 columns, one of them JSON) is ` +
          'exported to one file: the table of steps, or all tables in SQLite and HDF5. Warm, from the call until the ' +
          'disk has the file under its name; DuckDB copies the same rows in the same order from the same files with one ' +
          `thread, and does not wait for the disk. ${quick ? 5 : 15} times in turn, medians. Arrow, SQLite and HDF5 are ` +
          'formats for which DuckDB needs extensions. Targets are checked by processor time, since the machine is shared.',
      ],
      tables: [
        {
          caption: 'Milliseconds an export',
          head: [
            'format',
            OURS,
            'least',
            'of processor time',
            PEER,
            'of processor time',
            'ratio',
            'MB',
            `MB, ${PEER}`,
          ],
          rows: FORMATS.map((format) => {
            const [ours, peer] = [figures.get(`${OURS}, ${format}`)!, figures.get(`${PEER}, ${format}`)];
            return [
              format,
              figure(median(ours)),
              figure(Math.min(...ours)),
              shown(used(OURS, format)),
              shown(peer),
              shown(used(PEER, format)),
              times(peer === undefined ? Number.NaN : pairedRatio(ours, peer)),
              figure(sizes.get(`${OURS}, ${format}`)!),
              figure(sizes.get(`${PEER}, ${format}`) ?? Number.NaN),
            ];
          }),
        },
      ],
      targets: FORMATS.map((format): Target => {
        const reached = median(used(OURS, format)!);
        return {
          what: `${EPISODES} episodes of ${STEPS.toLocaleString('en-US')} steps to ${format}, processor time`,
          target: `< ${TARGET_MS} ms`,
          figure: `${figure(reached)} ms`,
          met: reached < TARGET_MS,
        };
      }),
    };
  });
}
