import { type Command, Option } from 'commander';
import { FORMATS } from '../../src/export/formats.ts';
import { command, FOLDER, names, numbers, wholeNumber } from './command.ts';

/** The commands that make other files of recordings. */
export function addExportCommands(program: Command, done: (exitCode: number) => void): void {
  command(program, 'export', 'export tables to Parquet, CSV, JSON, NDJSON, Arrow, HDF5 or SQLite', [
    `${FOLDER}/runs/run_20260301_120000_k3v9 steps.csv`,
    'flight.db good.parquet --episode 1,5-12 --compression gzip',
    'flight.db tables/ --format arrow',
    'flight.db by-episode --partition-by episode_id',
  ])
    .argument('<path>', 'a recording, or a folder with recordings')
    .argument(
      '<out>',
      'a file for one table, a folder (or name/) for all of them; .h5 and .db take all in one file',
    )
    .addOption(
      new Option('--format <format>', "default: what out's ending says; parquet for a folder").choices(
        FORMATS,
      ),
    )
    .option('--compression <name>', 'how to compress; see below')
    .option('--level <n>', 'its level', wholeNumber('--level', 0))
    .option('--episode <numbers>', 'only these episodes: 3, or 1,5-12', numbers('--episode'))
    .option('--table <names>', 'these tables: steps,episodes (default: steps, or all into a folder)', names)
    .option('--partition-by <columns>', 'a file for each value of these columns: episode_id', names)
    .option('--run <id>', 'rows of this run only')
    .option('--force', 'replace what is there')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXPORT)
    .action(async (path, out, flags) =>
      done(await (await import('../export.ts')).exportTo(path, out, flags)),
    );

  command(program, 'convert', 'make a recording of another format', [
    `${FOLDER}/runs/run_20260301_120000_k3v9 flight.db`,
    'flight.db flight.h5 --run run_20260301_120000_k3v9',
    `${FOLDER} all.db`,
    'flight.db arrow-files --format arrow',
  ])
    .argument('<path>', 'a recording, or a folder with recordings')
    .argument(
      '<destination>',
      'a .db file (SQLite, any number of runs), an .h5 file (HDF5, one run), or a folder',
    )
    .addOption(
      new Option('--format <format>', "default: what the destination's ending says, else parquet").choices([
        'parquet',
        'hdf5',
        'sqlite',
        'arrow',
      ]),
    )
    .option('--compression <name>', 'how to compress; see export --help')
    .option('--level <n>', 'its level', wholeNumber('--level', 0))
    .option('--run <id>', 'this run only')
    .option('--force', 'replace what is there')
    .option('--json', 'print one JSON object')
    .addHelpText('after', CONVERT)
    .action(async (path, to, flags) =>
      done(await (await import('../convert.ts')).convertTo(path, to, flags)),
    );
}

const EXPORT = `
Nothing is at the path until all of it is there. What a file of rows cannot say (units, the run) is put beside it in
OUT.metadata.json. docs/export.md says how each kind of value is written.

Compression (--level):
  parquet            zstd (default, 1-22), none, snappy, gzip (1-9), lz4, brotli (0-11)
  csv, json, ndjson  none (default), gzip (.gz), zstd (.zst), brotli (.br)
  arrow              none (default), zstd
  hdf5               gzip (default, 1-9), lzf, none`;

const CONVERT = `
Everything is kept, to the bit: tables, values, what is known of each run. A run that goes on, or was killed, is
converted up to its last commit.`;
