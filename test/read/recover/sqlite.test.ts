import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createRecorder, defineTable, f64, ref } from '../../../src/index.ts';
import { openRecording, recover, type VerifyReport, verify } from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';
import { damage } from '../verify/damage.ts';

const Sample = defineTable('sample', { value: f64() });
const Child = defineTable('child', { sample_id: ref(Sample) });

/** A recording as a kill leaves it: rows in the write-ahead log, a writer that is gone. */
async function crashed(host?: string): Promise<string> {
  const folder = scratch();
  const path = join(folder, 'flight.db');
  const recorder = await createRecorder({ path, thread: false });
  const { append } = recorder.table(Sample);
  for (let value = 0; value < 100; value++) append({ value });
  recorder.flushSync();
  const copy = (from: string, name: string): string => {
    for (const end of ['', '-wal']) copyFileSync(`${from}${end}`, `${join(folder, name)}${end}`);
    return join(folder, name);
  };
  const open = copy(path, 'open.db');
  await recorder.close();
  const database = new DatabaseSync(open);
  // A number that no process has (Linux gives out none above 2^22).
  database.exec(`UPDATE simtape_writers SET process_id = ${2 ** 30}`);
  if (host !== undefined) database.exec(`UPDATE simtape_writers SET host = '${host}'`);
  // Closing a connection tidies up, which a kill does not.
  const left = copy(open, 'left.db');
  database.close();
  return left;
}

const problems = ({ checks }: VerifyReport) => checks.flatMap((check) => check.problems);

describe('recover', () => {
  it('has nothing to do, and makes one file of a recording and its log', async () => {
    const path = await crashed();
    expect(existsSync(`${path}-wal`)).toBe(true);
    expect(await recover(path, { dryRun: true })).toMatchObject({
      outcome: 'nothing',
      notes: [expect.stringMatching(/belong/)],
    });
    expect(existsSync(`${path}-wal`)).toBe(true);
    expect(await recover(path)).toMatchObject({
      outcome: 'nothing',
      losses: [],
      notes: [expect.stringMatching(/were written/)],
    });
    expect(existsSync(`${path}-wal`)).toBe(false);
    using reader = await openRecording(path);
    expect((await reader.tables()).find(({ name }) => name === 'sample')?.rows).toBe(100);
  });

  it('leaves the log where somebody has the file open', async () => {
    const path = await crashed();
    const reader = await openRecording(path);
    await reader.query('SELECT count(*) FROM sample');
    expect(await recover(path)).toMatchObject({
      outcome: 'nothing',
      losses: [],
      notes: [expect.stringMatching(/stay beside it \(database is locked\)/)],
    });
    await reader.close();
  });

  it('refuses a recording that is being made', async () => {
    const path = join(scratch(), 'flight.db');
    const recorder = await createRecorder({ path, thread: false });
    await rejection('CannotOpen', recover(path));
    await recorder.close();
    expect(await recover(path)).toMatchObject({ outcome: 'nothing', notes: [] });
    const elsewhere = await crashed('elsewhere');
    expect((await rejection('CannotOpen', recover(elsewhere))).message).toContain('--force');
    expect(await recover(elsewhere, { force: true })).toMatchObject({ outcome: 'nothing' });
  });
});

describe('verify', () => {
  const sound = async (): Promise<string> => {
    const path = join(scratch(), 'flight.db');
    await record(path, (recorder) => {
      const samples = recorder.table(Sample);
      const children = recorder.table(Child);
      for (let value = 0; value < 500; value++)
        children.append({ sample_id: samples.append({ value: -value * 0 }) });
      recorder.recordStep({ position: [1, 2] }, 0, 1);
    });
    return path;
  };
  const changed = async (sql: string): Promise<VerifyReport> => {
    const path = await sound();
    const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    database.exec(sql);
    database.close();
    return await verify(path);
  };

  it('finds nothing wrong with a sound recording, ended or not', async () => {
    const report = await verify(await sound());
    expect(problems(report)).toEqual([]);
    expect(report).toMatchObject({ ok: true, format: 'sqlite', state: 'ended' });
    expect(report.checks.map(({ name }) => name)).toEqual(['database', 'references', 'catalogue', 'runs']);
    expect(await verify(await crashed())).toMatchObject({ ok: true, state: 'crashed' });
  });

  it.each([
    [
      'a reference to a row that is not there',
      'DELETE FROM sample WHERE id = 7',
      'references',
      /row of sample/,
    ],
    ['a table that is missing', 'DROP TABLE child', 'catalogue', /table child is missing/],
    [
      'a column that is missing',
      'ALTER TABLE sample RENAME COLUMN value TO other',
      'catalogue',
      /sample.value/,
    ],
    ['rows of no run', 'UPDATE sample SET run_number = 9', 'runs', /500 rows of sample/],
    [
      'exact values of no column',
      "INSERT INTO simtape_exact VALUES ('sample', 'nope', 1, x'00', x'00')",
      'catalogue',
      /sample.nope/,
    ],
  ])('finds %s', async (_, sql, check, problem) => {
    const report = await changed(sql);
    expect(report.ok).toBe(false);
    expect(report.checks.find(({ name }) => name === check)?.problems).toContainEqual(
      expect.stringMatching(problem),
    );
  });

  it('finds pages that are not what they were', async () => {
    const path = await sound();
    damage(path, (bytes) => bytes.fill(0x5a, 3 * 4096, bytes.length - 4096));
    const report = await verify(path).catch((error: Error) => error);
    if (report instanceof Error) expect(report).toMatchObject({ tag: 'NotARecording' });
    else expect(report.ok).toBe(false);
  });
});
