import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineTable, f64, json, ref, SimulationFrame } from '../../../src/index.ts';
import { type VerifyReport, verify } from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';
import { KINDS } from '../../support/values.ts';
import { copyOf, damage, editJson, filesIn, rewrite } from './damage.ts';

const State = defineTable('state', { frame_id: ref(SimulationFrame), x: f64({ nullable: true }) });
const Note = defineTable('note', { state_id: ref(State), data: json() });
const CONFIG = { backend: 'parquet', parquet: { maxFileRows: 6, rowGroupValues: 20 } } as const;

const folder = mkdtempSync(join(tmpdir(), 'simtape-verify-'));
const sound = join(folder, 'sound');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two episodes and four tables, in files of a few rows. */
beforeAll(() =>
  record(
    sound,
    (recorder) => {
      const states = recorder.table(State);
      const notes = recorder.table(Note);
      for (let frame = 0; frame < 20; frame++) {
        recorder.recordFrame(frame / 60);
        const id = states.append({ x: frame % 3 === 0 ? null : frame / 3 });
        notes.append({ state_id: id, data: { frame } });
        recorder.recordStep(
          { position: [frame, -frame], reward: -0 },
          frame % 10,
          1 + Math.floor(frame / 10),
        );
        if (frame === 12) recorder.recordStep({ position: [frame, 1], late: 'later' }, 99, 1);
        recorder.flushSync();
      }
    },
    CONFIG,
  ),
);

/** The checks that fail, with what is wrong. */
function failed({ checks, ok }: VerifyReport): Record<string, readonly string[]> {
  expect(ok).toBe(checks.every((check) => check.ok));
  return Object.fromEntries(
    checks.filter((check) => !check.ok).map(({ name, problems }) => [name, problems]),
  );
}
const state = (part: number) => join('tables', `state-00000${part}.parquet`);

it('finds nothing wrong with a sound run', async () => {
  const report = await verify(sound);
  expect(failed(report)).toEqual({});
  expect(report).toMatchObject({ ok: true, format: 'parquet', state: 'ended', path: sound });
  expect(report.checks.map(({ name }) => name)).toEqual([
    'files',
    'row groups',
    'statistics',
    'keys of simulation_frame',
    'keys of state',
    'keys of note',
    'keys of episodes',
    'keys of steps',
    'counts',
    'run statistics',
    'end of the run',
  ]);
  expect(report.checks.find(({ name }) => name === 'keys of state')?.extent).toBe('20 ids');
});

it('finds nothing wrong with all kinds and their awkward values, in each codec', async () => {
  for (const compression of ['none', 'snappy', 'gzip', 'brotli', 'lz4', 'zstd'] as const) {
    const path = join(scratch(), 'kinds');
    await record(
      path,
      (recorder) => {
        for (const [i, { column, taken }] of KINDS.entries()) {
          const { append } = recorder.table(
            defineTable(`t${i}`, { value: column({}), maybe: column({ nullable: true }) }),
          );
          for (const [j, [value]] of taken.entries())
            append({ value, maybe: j % 2 === 0 ? null : value } as never);
        }
      },
      { backend: 'parquet', parquet: { compression } },
    );
    expect(failed(await verify(path)), compression).toEqual({});
  }
});

it('finds nothing wrong with a run without a row', async () => {
  const path = join(scratch(), 'empty');
  await record(path, (recorder) => void recorder.table(State), CONFIG);
  expect(failed(await verify(path))).toEqual({});
});

describe('a file', () => {
  it('that was cut short does not open', async () => {
    const path = copyOf(sound);
    damage(join(path, state(1)), (bytes) => bytes.subarray(0, -20));
    expect(failed(await verify(path))).toMatchObject({
      files: [expect.stringContaining(state(1)), expect.stringContaining('part 1 of it is missing')],
    });
  });

  it('that is missing shows in the counts, and in rows that refer to its own', async () => {
    const path = copyOf(sound);
    rmSync(join(path, state(2)));
    expect(failed(await verify(path))).toMatchObject({
      files: [expect.stringContaining('part 2 of it is missing')],
      counts: [expect.stringContaining('state has 20 rows')],
      'keys of note': expect.arrayContaining([
        expect.stringContaining('refer to a row of state that is not there'),
      ]),
    });
  });

  it('of another run, under another name, or with another number of rows is told', async () => {
    for (const edit of [
      { runId: 'other' },
      { table: 'note' },
      { part: 7 },
      { episode: 4 },
      { rows: 5 },
      { firstCommit: 1000 },
    ]) {
      const path = copyOf(sound);
      await rewrite(join(path, state(2)), (rows, facts) => {
        Object.assign(facts, edit);
        return 'rows' in edit ? [...rows, rows[0]!] : rows;
      });
      const { files } = failed(await verify(path));
      if ('rows' in edit) continue;
      expect(files, JSON.stringify(edit)).toContainEqual(expect.stringContaining(state(2)));
    }
  });

  it('that comes twice has commits that are in another one', async () => {
    const path = copyOf(sound);
    await rewrite(join(path, state(2)), (rows, facts) => {
      facts.firstCommit = 1;
      return rows;
    });
    expect(failed(await verify(path))).toMatchObject({
      files: [expect.stringMatching(/begins with commit 1, which is in/)],
    });
  });
});

describe('values', () => {
  it('that are not what was written are found, whichever byte of a page it is', async () => {
    // Behind the magic number stand pages of the first column.
    for (const at of [4, 30, 60]) {
      const path = copyOf(sound);
      damage(join(path, state(1)), (bytes) => {
        bytes[at]! ^= 0x10;
        return bytes;
      });
      expect(failed(await verify(path))['row groups'], `byte ${at}`).toBeDefined();
    }
  });

  it('that disagree with the statistics of their row group are found', async () => {
    const path = copyOf(sound);
    const file = join(path, state(1));
    damage(file, (bytes) => {
      // The least id, which is 1, behind the header of `min_value` in the footer.
      const footer = Buffer.from(
        bytes.buffer,
        bytes.length - 8 - Buffer.from(bytes.buffer).readUInt32LE(bytes.length - 8),
      );
      footer[footer.indexOf(Buffer.from([0x18, 0x08, 1, 0, 0, 0, 0, 0, 0, 0])) + 2] = 2;
      return bytes;
    });
    expect(failed(await verify(path))).toMatchObject({
      statistics: [
        expect.stringMatching(
          /state-000001.parquet, row group 1, id says that nothing is below 2, and has 1/,
        ),
      ],
    });
  });
});

describe('keys', () => {
  it('an id that is there twice is found', async () => {
    const path = copyOf(sound);
    await rewrite(join(path, state(2)), (rows) => rows.map((row, i) => (i === 0 ? { ...row, id: 1n } : row)));
    expect(failed(await verify(path))).toMatchObject({
      'keys of state': [expect.stringContaining('id 1 is there more than once')],
    });
  });

  it('a reference to a row that is not there is found', async () => {
    const path = copyOf(sound);
    await rewrite(join(path, state(2)), (rows) =>
      rows.map((row, i) => (i === 3 ? { ...row, frame_id: 900n } : row)),
    );
    expect(failed(await verify(path))).toMatchObject({
      'keys of state': [
        expect.stringContaining(
          'refer to a row of simulation_frame that is not there, the first by frame_id 900',
        ),
      ],
    });
  });
});

describe('a run', () => {
  it('whose manifest counts other rows is told', async () => {
    const path = copyOf(sound);
    editJson(join(path, 'run.json'), (manifest) => {
      (manifest.tables as { rows: number }[])[1]!.rows++;
      return manifest;
    });
    expect(failed(await verify(path))).toMatchObject({
      counts: [expect.stringContaining('state has 21 rows')],
    });
  });

  it('whose statistics are those of other rows is told', async () => {
    const path = copyOf(sound);
    await rewrite(join(path, state(2)), (rows) => rows.map((row) => ({ ...row, x: 1000 })));
    expect(failed(await verify(path))).toEqual({
      'run statistics': [expect.stringMatching(/state\.x says 7 nulls and has 5/)],
    });
  });

  it('without its reports is told', async () => {
    const path = copyOf(sound);
    rmSync(join(path, 'run_statistics.parquet'));
    rmSync(join(path, 'run_metadata.parquet'));
    expect(failed(await verify(path))).toMatchObject({
      files: [expect.stringContaining('run_metadata.parquet')],
      'run statistics': [expect.stringContaining('cannot be read')],
    });
  });

  it('that left files of its writing behind is told', async () => {
    const path = copyOf(sound);
    writeFileSync(join(path, 'tables', '.state-000009.parquet.tmp'), 'half');
    mkdirSync(join(path, 'journal'));
    writeFileSync(join(path, 'journal', 'journal-00000001.log'), '');
    expect(failed(await verify(path))['end of the run']).toEqual([
      '1 segment of a journal are left',
      `the temporary file ${join('tables', '.state-000009.parquet.tmp')} is left`,
    ]);
  });

  it('without a manifest is no recording', async () => {
    const path = copyOf(sound);
    renameSync(join(path, 'run.json'), join(path, 'run.bak'));
    await rejection('NotARecording', verify(path));
    await rejection('NotARecording', verify(join(path, 'nowhere')));
    expect(filesIn(path)).toContain('run.bak');
  });
});
