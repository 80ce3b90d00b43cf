import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertRecording, exportRecording } from '../../src/export/index.ts';
import { createRecorder, defineTable, f64, ref } from '../../src/index.ts';
import { openRecording, recover, verify } from '../../src/read/index.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { BACKENDS, recordMatrix } from './support/recordings.ts';

const EXPORT = fileURLToPath(new URL('./programs/export.ts', import.meta.url));
const KILLED = fileURLToPath(new URL('../read/matrix/killed.ts', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'simtape-export-failure-'));
const source = join(folder, 'flight.db');
beforeAll(async () => {
  await recordMatrix(join(folder, 'flight'), 'sqlite');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An export of each format, and how much of one is too much (in units of 512 bytes). */
const OUTPUTS = [
  ['parquet', 'out.parquet', 4],
  ['csv', 'out.csv', 8],
  ['json', 'out.json', 8],
  ['ndjson', 'out.ndjson', 8],
  ['arrow', 'out.arrow', 8],
  ['sqlite', 'out.db', 200],
  ['hdf5', 'out.h5', 100],
] as const;

describe('a disk that is full', () => {
  it.each(OUTPUTS)('leaves the old file and nothing else, in the middle of %s', (format, name, limit) => {
    const to = scratch();
    writeFileSync(join(to, name), 'the old one');
    const command = `ulimit -f ${limit}; exec "$0" "$@"`;
    const args = ['-c', command, process.execPath, EXPORT, source, join(to, name), format];
    const { stdout } = spawnSync('sh', args, { encoding: 'utf8' });
    expect(stdout).toMatch(/^(ExportFailed|WriteFailed|CannotOpen): /);
    expect(readdirSync(to)).toEqual([name]);
    expect(readFileSync(join(to, name), 'utf8')).toBe('the old one');
  });

  it.each(['parquet', 'arrow'])('leaves nothing of a conversion to %s', (format) => {
    const to = scratch();
    const args = [
      '-c',
      'ulimit -f 8; exec "$0" "$@"',
      process.execPath,
      EXPORT,
      source,
      `${to}/out/`,
      format,
    ];
    const { stdout } = spawnSync('sh', args, { encoding: 'utf8' });
    expect(stdout).toMatch(/^(ExportFailed|WriteFailed|CannotOpen): /);
    expect(readdirSync(to)).toEqual([]);
  });
});

describe('an export that is cancelled', () => {
  it.each(OUTPUTS)('rejects with the reason and leaves nothing of %s', async (format, name) => {
    const to = scratch();
    const aborter = new AbortController();
    const reason = new Error('no longer wanted');
    const options = { format, signal: aborter.signal, onProgress: () => aborter.abort(reason) };
    await expect(exportRecording(source, join(to, 'new', name), options)).rejects.toBe(reason);
    expect(readdirSync(to)).toEqual([]);
  });

  it('does nothing where it was cancelled before', async () => {
    const to = scratch();
    const options = { signal: AbortSignal.abort(new Error('never mind')) };
    await expect(convertRecording(source, join(to, 'x'), options)).rejects.toThrow('never mind');
    expect(readdirSync(to)).toEqual([]);
  });
});

describe('what is there already', () => {
  it('is left alone, unless it is to be overwritten', async () => {
    for (const [format, name] of OUTPUTS) {
      const path = join(scratch(), name);
      writeFileSync(path, 'the old one');
      const { message } = await rejection('CannotOpen', exportRecording(source, path, { format }));
      expect(message).toContain('there is such a file already; choose another path, or overwrite it');
      expect(readFileSync(path, 'utf8')).toBe('the old one');
      const { bytes } = await exportRecording(source, path, { format, overwrite: true });
      expect(readFileSync(path).length).toBe(bytes);
      expect(readdirSync(join(path, '..')).filter((other) => !other.startsWith(name))).toEqual([]);
    }
  });

  it('is never the recording that is read, nor within it', async () => {
    const run = await recordMatrix(join(scratch(), 'run'), 'parquet');
    const over = { overwrite: true };
    for (const [from, to] of [
      [source, source],
      [run, join(run, 'tables', 'steps.parquet')],
      [run, join(run, 'steps.db')],
    ] as const) {
      const { message } = await rejection(
        'CannotOpen',
        exportRecording(from, to, { format: 'sqlite', ...over }),
      );
      expect(message).toMatch(/it is what is read|it is within the recording that is read/);
    }
    await rejection('CannotOpen', convertRecording(run, run, over));
    const { message } = await rejection('CannotOpen', convertRecording(run, join(run, '..'), over));
    expect(message).toContain('what is read is in it');
    expect((await verify(run)).ok).toBe(true);
  });

  it('is never a recording that goes on', async () => {
    const path = join(scratch(), 'live.db');
    await using recorder = await createRecorder({ path, thread: false });
    recorder.recordStep({ reward: 1 }, 0);
    await recorder.flush();
    const { message } = await rejection('CannotOpen', exportRecording(source, path, { overwrite: true }));
    expect(message).toContain('it is a recording that goes on, or did not end');
  });

  it('is only replaced as a folder where it is what takes its place', async () => {
    const path = join(scratch(), 'out');
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), 'years of work');
    const split = { partitionBy: ['episode_id'], overwrite: true, format: 'parquet' } as const;
    const why = /it holds other things than what would replace them/;
    expect((await rejection('CannotOpen', exportRecording(source, path, split))).message).toMatch(why);
    const converted = convertRecording(source, path, { overwrite: true });
    expect((await rejection('CannotOpen', converted)).message).toMatch(why);
    expect(readdirSync(path)).toEqual(['thesis.txt']);
    rmSync(join(path, 'thesis.txt'));
    await exportRecording(source, path, split);
    await exportRecording(source, path, { ...split, filterEpisodes: [2] });
    expect(readdirSync(path)).toEqual(['episode_id=2']);
  });

  it('gets new files beside it in a folder, and loses none', async () => {
    const path = join(scratch(), 'mine');
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), 'years of work');
    // What is above the folder may not be writable.
    const onProgress = () => expect(readdirSync(join(path, '..'))).toEqual(['mine']);
    await exportRecording(source, `${path}/`, { format: 'csv', onProgress });
    expect(readdirSync(path)).toContain('thesis.txt');
    expect(readdirSync(path)).toHaveLength(13);
    await rejection('CannotOpen', exportRecording(source, `${path}/`, { format: 'csv' }));
  });
});

it('says where nothing can be written', async () => {
  const file = join(scratch(), 'file');
  writeFileSync(file, '');
  for (const name of ['x.csv', 'x.db', 'x.h5']) {
    const { message } = await rejection('CannotOpen', exportRecording(source, join(file, name)));
    expect(message).toMatch(/cannot be written to \(.*\); choose another place/);
  }
  const { message } = await rejection('CannotOpen', exportRecording(source, '/proc/self/x/x.csv'));
  expect(message).toContain('/proc/self/x cannot be written to');
});

it('replaces no pipe or device, also where it may overwrite', async () => {
  const pipe = join(scratch(), 'pipe.csv');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  for (const format of ['csv', 'sqlite'] as const) {
    const attempt = exportRecording(source, pipe, { format, overwrite: true });
    expect((await rejection('CannotOpen', attempt)).message).toContain('it is no file');
  }
  expect(statSync(pipe).isFIFO()).toBe(true);
});

it('fails as reading fails, and leaves the old file', async () => {
  const run = await recordMatrix(join(scratch(), 'run'), 'parquet');
  const [part] = readdirSync(join(run, 'tables')).filter((name) => name.startsWith('state'));
  truncateSync(join(run, 'tables', part!), 3000);
  const path = join(scratch(), 'state.csv');
  writeFileSync(path, 'the old one');
  const options = { tables: ['state'], overwrite: true };
  await rejection('NotARecording', exportRecording(run, path, options));
  expect(readFileSync(path, 'utf8')).toBe('the old one');
});

it.each(BACKENDS)('sees one moment of a %s recording that goes on', async (backend) => {
  const Parent = defineTable('parent', { x: f64() });
  const path = join(scratch(), backend === 'parquet' ? 'run' : `flight.${backend === 'hdf5' ? 'h5' : 'db'}`);
  await using recorder = await createRecorder({ backend, path, thread: false });
  let episode = 0;
  const more = () => {
    recorder.table(Parent).append({ x: 1 });
    recorder.recordStep({ reward: 1 }, 0, ++episode);
    recorder.flushSync();
  };
  for (let i = 0; i < 10; i++) more();
  const to = join(scratch(), 'copy.db');
  // Each row that is read makes the recording longer.
  const { rows } = await convertRecording(path, to, { onProgress: more });
  expect(rows).toEqual({ parent: 10, steps: 10, episodes: 10 });
  expect((await verify(to)).ok).toBe(true);
  using reader = await openRecording(to);
  expect(reader.runs()).toMatchObject([{ endTimestamp: null, state: 'crashed' }]);
});

it.each(BACKENDS)(
  'exports a killed %s recording as one that was not, also after recovery',
  async (backend) => {
    const to = scratch();
    const whole = await recordMatrix(join(to, 'whole'), backend);
    const killed = whole.replace('whole', 'killed');
    const { signal } = spawnSync(process.execPath, [KILLED, backend, killed]);
    expect(signal).toBe('SIGKILL');
    const texts = async (path: string, name: string) => {
      const out = join(to, name);
      await exportRecording(path, `${out}/`, { format: 'ndjson', tables: ['state', 'steps', 'body'] });
      return ['state', 'steps', 'body'].map((table) => readFileSync(join(out, `${table}.ndjson`), 'utf8'));
    };
    const wanted = await texts(whole, 'of-whole');
    expect(await texts(killed, 'of-killed')).toEqual(wanted);
    await recover(killed);
    expect(await texts(killed, 'of-recovered')).toEqual(wanted);
  },
);

it('refuses rows that refer to none where the destination checks it, and leaves nothing', async () => {
  const Body = defineTable('body', { mass: f64() });
  const State = defineTable('state', { body_id: ref(Body) });
  const path = join(scratch(), 'run');
  await using recorder = await createRecorder({ backend: 'parquet', path, thread: false });
  recorder.table(Body).append({ mass: 1 });
  recorder.table(State).append({ body_id: 7 });
  await recorder.close();
  const to = scratch();
  const { message, fields } = await rejection('RowsRejected', convertRecording(path, join(to, 'x.db')));
  expect(message).toBe('1 row cannot be stored, the first of table state: FOREIGN KEY constraint failed');
  expect(fields.rows).toMatchObject([{ table: 'state', row: { id: 1, body_id: 7 } }]);
  expect(readdirSync(to)).toEqual([]);
  expect((await convertRecording(path, join(to, 'x.h5'))).rows).toEqual({ body: 1, state: 1 });
});
