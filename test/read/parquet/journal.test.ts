import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRecording, type Reader } from '../../../src/read/index.ts';
import { scratch } from '../../backends/scratch.ts';
import { STEPS } from '../matrix/simulate.ts';

const KILLED = fileURLToPath(new URL('../matrix/killed.ts', import.meta.url));
/** Steps from one flush, and so one commit, to the next. */
const A_COMMIT = 40;
let whole: string;
beforeAll(() => {
  whole = join(mkdtempSync(join(tmpdir(), 'simtape-journal-')), 'run');
  expect(spawnSync(process.execPath, [KILLED, 'parquet', whole]).signal).toBe('SIGKILL');
});
afterAll(() => rmSync(join(whole, '..'), { recursive: true }));

/** A copy of the killed run, without the files that rows have moved to, where the journal has these rows too. */
function copyOf(): { path: string; segment: string } {
  const path = join(scratch(), 'run');
  cpSync(whole, path, { recursive: true });
  const segments = readdirSync(join(path, 'journal')).sort();
  return { path, segment: join(path, 'journal', segments.at(-1)!) };
}

/** Steps and frames, which are recorded together. */
async function read(reader: Reader): Promise<number> {
  const { step_number, reward } = await reader.table('steps').columns({ select: ['step_number', 'reward'] });
  const { id } = await reader.table('simulation_frame').columns({ select: ['id'] });
  expect([...step_number!.values].map(Number)).toEqual([...id!.values].map((frame) => Number(frame) - 1));
  expect((await reader.query('SELECT count(*), sum(reward) FROM steps')).rows).toEqual([
    [id!.values.length, [...reward!.values].reduce<number>((sum, value) => sum + Number(value), 0)],
  ]);
  return id!.values.length;
}

it('reads all that was flushed, and writes nothing', async () => {
  const { path } = copyOf();
  const before = readdirSync(path, { recursive: true }).sort();
  using reader = await openRecording(path);
  expect(await read(reader)).toBe(STEPS);
  expect(reader.notes).toEqual([expect.stringMatching(/^[\d,]+ rows come from the journal of /)]);
  expect(readdirSync(path, { recursive: true }).sort()).toEqual(before);
});

it('leaves a commit out whose end is torn off, whole and in every table', async () => {
  const { path, segment } = copyOf();
  truncateSync(segment, readFileSync(segment).length - 20);
  using reader = await openRecording(path);
  const steps = await read(reader);
  expect(steps).toBeLessThanOrEqual(STEPS);
  expect(steps % A_COMMIT).toBe(0);
  expect(reader.notes.at(-1)).toMatch(/^a commit that was being written when its process ended is left out/);
});

it('says where a journal is damaged, and gives no row of what is', async () => {
  const { path, segment } = copyOf();
  const bytes = readFileSync(segment);
  bytes[Math.floor(bytes.length * 0.75)]! ^= 0x10;
  writeFileSync(segment, bytes);
  using reader = await openRecording(path);
  expect(reader.notes.join('\n')).toMatch(
    /bytes of journal-\d+\.log from byte \d+ on are damaged, behind commit \d+: /,
  );
  for (const { name } of reader.tables()) {
    for await (const row of reader.table(name).rows()) expect(Object.keys(row).length).toBeGreaterThan(0);
  }
});

it('reads what files hold where the journal is gone', async () => {
  const { path } = copyOf();
  rmSync(join(path, 'journal'), { recursive: true });
  using reader = await openRecording(path);
  expect(reader.runs()).toMatchObject([{ state: 'crashed' }]);
  const { rows } = reader.table('state').info;
  expect((await reader.table('state').columns()).id!.values).toHaveLength(rows);
});
