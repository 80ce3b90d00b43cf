import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../folder.ts';
import { findPython } from '../python.ts';
import { figure, type Report, type Scale, type Target, times } from '../report.ts';
import { interleave, median, pairedRatio, type Subject } from '../statistics.ts';
import { CHUNK_ROWS, COLUMNS, FILTERS, type FilterName, makeColumns } from './data.ts';
import { manyEpisodes } from './episodes.ts';
import { hasH5wasm, type Run, writeH5py, writeH5wasm, writeOurs } from './writers.ts';

const OURS = 'simtape';
const NAMES = Object.keys(FILTERS) as FilterName[];

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const rows = quick ? 50_000 : 150_000;
    const data = join(folder, 'columns');
    const file = join(folder, 'file.h5');
    const columns = makeColumns(rows, data);
    const megabytes = (rows * COLUMNS * 8) / 1e6;
    const python = findPython(['h5py']);
    const sizes = new Map<string, number>();
    const processor = new Map<string, number[]>();
    const subject = (
      writer: string,
      filter: FilterName,
      write: (path: string) => Run | Promise<Run>,
    ): Subject => ({
      name: `${writer}, ${filter}`,
      measure: async () => {
        // Cut short and written again, a file waits for what the disk has not got yet of the one before.
        rmSync(file, { force: true });
        const { seconds, processor: used, bytes } = await write(file);
        sizes.set(`${writer}, ${filter}`, bytes / 1e6 / megabytes);
        processor.set(`${writer}, ${filter}`, [...(processor.get(`${writer}, ${filter}`) ?? []), used]);
        return seconds;
      },
    });
    const subjectsOf = (filter: FilterName) => [
      subject(OURS, filter, (path) => writeOurs(path, columns, filter)),
      ...(python === null ? [] : [subject('h5py', filter, (path) => writeH5py(python, data, path, filter))]),
      ...(hasH5wasm(filter) ? [subject('h5wasm', filter, (path) => writeH5wasm(path, columns, filter))] : []),
    ];
    const [unfiltered, ...others] = NAMES;
    // Over in some 30 ms, which anything disturbs.
    const short = await interleave(subjectsOf(unfiltered!), quick ? 7 : 25, 5);
    const long = await interleave(others.flatMap(subjectsOf), quick ? 3 : 5, 1);
    const figures = new Map([...short, ...long]);
    for (const [name, used] of processor) processor.set(name, used.slice(-figures.get(name)!.length));
    const { table, target: read } = await manyEpisodes(folder, quick ? 2000 : 10_000);
    /** Megabytes a second. */
    const speed = (writer: string, filter: FilterName) => {
      const seconds = figures.get(`${writer}, ${filter}`);
      return seconds === undefined ? Number.NaN : megabytes / median(seconds);
    };
    const ratio = (filter: FilterName, measured: ReadonlyMap<string, number[]> = figures) => {
      const peer = measured.get(`h5py, ${filter}`);
      return peer === undefined ? Number.NaN : pairedRatio(peer, measured.get(`${OURS}, ${filter}`)!);
    };
    const size = (writer: string, filter: FilterName) =>
      figure(sizes.get(`${writer}, ${filter}`) ?? Number.NaN);
    return {
      title: 'HDF5, one thread',
      text: [
        `${COLUMNS} columns of ${rows.toLocaleString('en-US')} doubles that walk at random (${figure(megabytes)} MB) are ` +
          `written to a file in chunks of ${CHUNK_ROWS} rows: by us as a recorder does it, some rows of each column in ` +
          'turn; by h5py and h5wasm a column at once, which suits them best. From opening a new file to closing it; nobody waits for the disk.',
        ...(python === null
          ? ['h5py was left out: no Python has it (`npm run test:interop` installs it).']
          : []),
      ],
      tables: [
        {
          caption: 'Megabytes of values a second, and size of the file as a share of them',
          head: [
            'filters',
            OURS,
            'h5py',
            'h5wasm',
            'ratio to h5py',
            'by processor time',
            'size',
            'size, h5py',
          ],
          rows: NAMES.map((filter) => [
            filter,
            ...[OURS, 'h5py', 'h5wasm'].map((writer) => figure(speed(writer, filter))),
            times(ratio(filter)),
            times(ratio(filter, processor)),
            size(OURS, filter),
            size('h5py', filter),
          ]),
        },
        table,
      ],
      targets: [...(python === null ? [] : [target('shuffle + gzip-1', 1.5), target('none', 1)]), read],
    };

    function target(filter: FilterName, least: number): Target {
      const reached = ratio(filter);
      return {
        what: `HDF5 with the filters ${filter}, against h5py`,
        target: `at least ${least} x`,
        figure: times(reached),
        met: reached >= least,
      };
    }
  });
}
