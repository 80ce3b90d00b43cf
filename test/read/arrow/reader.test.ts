import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertRecording } from '../../../src/export/index.ts';
import { openRecording, type Reader, recover, verify } from '../../../src/read/index.ts';
import { rejection, scratch } from '../../backends/scratch.ts';
import { recordMatrix } from '../../export/support/recordings.ts';

const folder = mkdtempSync(join(tmpdir(), 'simtape-arrow-'));
const source = join(folder, 'flight.db');
const path = join(folder, 'flight.arrow');

beforeAll(async () => {
  await recordMatrix(join(folder, 'flight'), 'sqlite');
  await convertRecording(source, path);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What Arrow files are asked, and SQLite answers. */
const CALLS: Readonly<Record<string, (reader: Reader) => Promise<unknown>>> = {
  rows: (reader) => Array.fromAsync(reader.table('state').rows()),
  'some columns': (reader) =>
    Array.fromAsync(reader.table('state').rows({ select: ['note', 'wide', 'run_id'] })),
  batches: (reader) => Array.fromAsync(reader.table('steps').batches({ batchRows: 77 })),
  'a limit': (reader) => Array.fromAsync(reader.table('state').rows({ limit: 5 })),
  'a limit of keyed rows': (reader) => Array.fromAsync(reader.table('episodes').rows({ limit: 2 })),
  'an episode': (reader) => Array.fromAsync(reader.table('steps').rows({ where: { episode: 2 } })),
  'rows of an episode by its key': (reader) =>
    Array.fromAsync(reader.table('episodes').rows({ where: { episode: [1, 3] } })),
  frames: (reader) => Array.fromAsync(reader.table('state').rows({ where: { frame: { from: 10, to: 12 } } })),
  time: (reader) => Array.fromAsync(reader.table('state').rows({ where: { time: { from: 1, to: 1.1 } } })),
  extents: async (reader) => [
    await reader.table('state').extent('x'),
    await reader.table('state').extent('wide'),
  ],
  sql: (reader) =>
    reader.query('SELECT count(*) AS n, max(wide) AS w, min(x) AS x, sum(position_x) AS p FROM state'),
};

describe.each(Object.entries(CALLS))('%s', (_, call) => {
  it('are what they were before the conversion', async () => {
    using before = await openRecording(source);
    using after = await openRecording(path);
    const wanted = await call(before);
    expect(wanted).not.toEqual([]);
    expect(await call(after)).toEqual(wanted);
  });
});

it('is verified, and there is nothing to recover', async () => {
  const { ok, format, state, checks } = await verify(path);
  expect({ ok, format, state }).toEqual({ ok: true, format: 'arrow', state: 'ended' });
  expect(checks.map(({ name, extent }) => `${name}: ${extent}`)).toContain('values: 1,605 rows');
  expect(await recover(path)).toMatchObject({ outcome: 'nothing', losses: [] });
});

describe('what is damaged', () => {
  async function damagedCopy(change: (copy: string) => void): Promise<string> {
    const copy = join(scratch(), 'copy');
    await convertRecording(source, copy, { format: 'arrow' });
    change(copy);
    return copy;
  }

  it('is a file that is cut short', async () => {
    const copy = await damagedCopy((at) => truncateSync(join(at, 'state.arrow'), 5000));
    using reader = await openRecording(copy);
    const { message } = await rejection('NotARecording', reader.table('state').columns());
    expect(message).toContain('state.arrow is damaged');
    expect((await verify(copy)).ok).toBe(false);
    expect((await reader.table('steps').columns({ select: ['reward'] })).reward!.values).toHaveLength(400);
  });

  it('is a file of another recording', async () => {
    const copy = await damagedCopy((at) => {
      writeFileSync(join(at, 'state.arrow'), readFileSync(join(at, 'steps.arrow')));
    });
    const { checks } = await verify(copy);
    const problems = checks.flatMap((check) => check.problems);
    expect(problems.join('\n')).toMatch(/batch 0 has 400 rows, not 800/);
  });

  it('is a manifest that says what is not', async () => {
    const copy = await damagedCopy((at) => {
      const manifest = JSON.parse(readFileSync(join(at, 'recording.json'), 'utf8'));
      const steps = manifest.tables.find(({ file }: { file: string }) => file === 'steps.arrow');
      steps.batches[0].lastId = 1000;
      writeFileSync(join(at, 'recording.json'), JSON.stringify(manifest));
    });
    const { checks } = await verify(copy);
    expect(checks.flatMap((check) => check.problems)).toContain(
      'steps.arrow is said to have ids 1 to 1000; they are 1 to 400',
    );
  });

  it.each([
    ['{', /does not read/],
    ['{}', /holds no manifest \(format: /],
  ])('is the manifest %s', async (text, why) => {
    const copy = await damagedCopy((at) => writeFileSync(join(at, 'recording.json'), text));
    expect((await rejection('NotARecording', openRecording(copy))).message).toMatch(why);
  });

  it('is not one of a newer simtape', async () => {
    const copy = await damagedCopy((at) => {
      writeFileSync(join(at, 'recording.json'), JSON.stringify({ format: 'simtape-arrow', version: 2 }));
    });
    expect((await rejection('NewerFormat', openRecording(copy))).fields).toMatchObject({
      found: 2,
      supported: 1,
    });
  });
});
