import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { thisProcess } from '../../../src/backends/writer-process.ts';
import { defineTable, f64, json, type Recorder, ref, SimulationFrame } from '../../../src/index.ts';
import { openRecording, recover, type VerifyReport, verify } from '../../../src/read/index.ts';
import { rejection } from '../../backends/scratch.ts';
import { KINDS } from '../../support/values.ts';
import { damage, filesIn } from '../verify/damage.ts';
import { recordAndCrash, segmentPaths, setWriter } from './crashed.ts';

const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  x: f64({ nullable: true }),
  data: json(),
});
const NOTHING_LOST = { outcome: 'recovered', losses: [] };

const problems = ({ checks }: VerifyReport) => checks.flatMap((check) => check.problems);

/** All rows of all tables, as text. */
async function contents(path: string): Promise<Record<string, string[]>> {
  using reader = await openRecording(path);
  const contents: Record<string, string[]> = {};
  for (const { name } of await reader.tables()) {
    const rows: string[] = [];
    for await (const row of (await reader.table(name)).rows()) rows.push(exact(row));
    contents[name] = rows;
  }
  return contents;
}

function exact(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (typeof part === 'bigint') return `${part}n`;
    return typeof part === 'number' && (Object.is(part, -0) || !Number.isFinite(part))
      ? `${1 / part} ${part}`
      : part;
  });
}

async function rowsOf(file: string): Promise<Record<string, unknown>[]> {
  return await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors });
}

/** Frames with states, and steps of episodes that end or do not, from step `from` on. */
function simulate(recorder: Recorder, from: number, to: number): void {
  const states = recorder.table(State);
  for (let step = from; step < to; step++) {
    recorder.recordFrame(step / 60);
    for (let i = 0; i < 3; i++) {
      states.append({ x: step % 4 === 0 ? null : step % 5 === 0 ? Number.NaN : step + i, data: { step } });
    }
    const episode = 1 + Math.floor(step / 8);
    recorder.recordStep(
      { position: [step, -step], reward: step, ...(step > 20 ? { late: 'x' } : {}) },
      step % 8,
      episode,
    );
    if (step % 8 === 7)
      recorder.recordEpisode({ end_timestamp: step, success: step % 16 === 7, total_reward: step }, episode);
    recorder.flushSync();
  }
}

describe('a run that was killed', () => {
  it('comes back as if it had been closed at that moment, whenever that was', async () => {
    const killedAt = [1, 7, 8, 9, 20, 22, 30];
    const config = { parquet: { maxFileRows: 20, rowGroupValues: 30, journalBytes: 65_536 } };
    const { crashed } = await recordAndCrash((recorder, crash) => {
      for (let i = 0; i < killedAt.length; i++) {
        simulate(recorder, killedAt[i - 1] ?? 0, killedAt[i]!);
        crash();
      }
    }, config);
    for (const [i, path] of crashed.entries()) {
      const { closed } = await recordAndCrash((recorder) => simulate(recorder, 0, killedAt[i]!), config);
      expect(await recover(path)).toMatchObject(NOTHING_LOST);
      expect(problems(await verify(path))).toEqual([]);
      const [found, wanted] = [await contents(path), await contents(closed)];
      // Wall-clock times and run ids are never the same.
      const comparable = (rows: string[]) =>
        rows.map((row) => row.replace(/"(timestamp|start_timestamp|wall_clock_time)":[^,}]*/g, ''));
      for (const table of Object.keys(wanted)) {
        if (table === 'runs') continue;
        expect(comparable(found[table]!), `${table} at ${killedAt[i]}`).toEqual(comparable(wanted[table]!));
      }
    }
  });

  it('has the statistics that a clean end gives', async () => {
    const { closed, crashed } = await recordAndCrash(
      (recorder, crash) => {
        simulate(recorder, 0, 30);
        crash();
      },
      { parquet: { maxFileRows: 20, rowGroupValues: 30, journalBytes: 65_536 } },
    );
    await recover(crashed[0]!);
    const statistics = async (path: string) =>
      (await rowsOf(join(path, 'run_statistics.parquet'))).map(({ mean, ...row }) => ({
        ...row,
        mean: typeof mean === 'number' ? mean.toPrecision(12) : mean,
      }));
    expect(await statistics(crashed[0]!)).toEqual(await statistics(closed));
    const [metadata] = await rowsOf(join(crashed[0]!, 'run_metadata.parquet'));
    expect(metadata).toMatchObject({ run_id: expect.any(String), end_timestamp: null });
  });

  it('has every value of every kind', async () => {
    const { closed, crashed } = await recordAndCrash((recorder, crash) => {
      for (const [i, { column, taken }] of KINDS.entries()) {
        const { append } = recorder.table(
          defineTable(`t${i}`, { value: column({}), maybe: column({ nullable: true }) }),
        );
        for (const [j, [value]] of taken.entries())
          append({ value, maybe: j % 2 === 0 ? null : value } as never);
      }
      recorder.flushSync();
      crash();
    });
    expect(await recover(crashed[0]!)).toMatchObject(NOTHING_LOST);
    expect(problems(await verify(crashed[0]!))).toEqual([]);
    expect(await contents(crashed[0]!)).toEqual(await contents(closed));
  });

  it('tells what it found, and the manifest says that it was recovered', async () => {
    const { crashed } = await recordAndCrash(
      (recorder, crash) => {
        simulate(recorder, 0, 20);
        crash();
      },
      { parquet: { maxFileRows: 45 } },
    );
    const [path] = crashed as [string];
    expect(await recover(path, { dryRun: true })).toMatchObject({ outcome: 'recoverable' });
    expect(await recover(path)).toEqual({
      path,
      format: 'parquet',
      outcome: 'recovered',
      tables: [
        { name: 'simulation_frame', inFiles: 0, fromJournal: 20 },
        { name: 'state', inFiles: 45, fromJournal: 15 },
        { name: 'episodes', inFiles: 2, fromJournal: 1 },
        { name: 'steps', inFiles: 16, fromJournal: 4 },
      ],
      losses: [],
      notes: [],
    });
    const manifest = JSON.parse(readFileSync(join(path, 'run.json'), 'utf8'));
    expect(manifest).toMatchObject({
      state: 'ended',
      writer: null,
      recovered: { losses: [] },
      endTimestamp: null,
    });
    expect(filesIn(path).filter((name) => /tmp$|journal/.test(name))).toEqual([]);
    expect(await recover(path)).toMatchObject({ outcome: 'nothing', notes: [] });
  });

  it('before its first row is finished too', async () => {
    const { crashed } = await recordAndCrash((recorder, crash) => {
      crash();
      recorder.table(State);
      crash();
    });
    for (const path of crashed) {
      expect(await recover(path)).toMatchObject(NOTHING_LOST);
      expect(problems(await verify(path))).toEqual([]);
    }
  });

  it('has nothing of a frame that had not ended', async () => {
    const { crashed } = await recordAndCrash((recorder, crash) => {
      simulate(recorder, 0, 3);
      recorder.recordFrame(1);
      recorder.table(State).append({ x: 1, data: 'open' });
      crash();
    });
    await recover(crashed[0]!);
    const { state, simulation_frame } = await contents(crashed[0]!);
    expect(state).toHaveLength(9);
    expect(simulation_frame).toHaveLength(3);
  });
});

describe('a frame that is larger than the memory', () => {
  it('comes back whole once it has ended, and not at all before', async () => {
    const ROWS = 400_000;
    const { crashed } = await recordAndCrash(
      (recorder, crash) => {
        simulate(recorder, 0, 2);
        const large = recorder.table(
          defineTable('large', { frame_id: ref(SimulationFrame), a: f64(), b: f64() }),
        );
        recorder.recordFrame(1);
        for (let a = 0; a < ROWS; a++) {
          large.append({ a, b: -a });
          if (a === ROWS - 1000) crash();
        }
        recorder.endFrame();
        recorder.flushSync();
        crash();
      },
      { memoryLimitMb: 8 },
    );
    const [before, after] = crashed as [string, string];
    expect(await recover(before)).toMatchObject({
      ...NOTHING_LOST,
      notes: [expect.stringMatching(/was still open/)],
    });
    expect(await recover(after)).toMatchObject({ ...NOTHING_LOST, notes: [] });
    for (const path of crashed) expect(problems(await verify(path))).toEqual([]);
    using first = await openRecording(before);
    using second = await openRecording(after);
    const rows = async (reader: typeof first) =>
      Object.fromEntries((await reader.tables()).map(({ name, rows }) => [name, rows]));
    expect(await rows(first)).toMatchObject({ large: 0, state: 6, simulation_frame: 2 });
    expect(await rows(second)).toMatchObject({ large: ROWS, state: 6, simulation_frame: 3 });
  });
});

describe('a dry run', () => {
  it('changes nothing', async () => {
    const { crashed } = await recordAndCrash((recorder, crash) => {
      simulate(recorder, 0, 12);
      crash();
    });
    const [path] = crashed as [string];
    const bytes = () => filesIn(path).map((name) => [name, readFileSync(join(path, name)).toString('hex')]);
    const before = bytes();
    await recover(path, { dryRun: true });
    expect(bytes()).toEqual(before);
  });
});

describe('a journal', () => {
  const crashAfter = async (steps: number) => {
    const { crashed } = await recordAndCrash((recorder, crash) => {
      simulate(recorder, 0, steps);
      crash();
    });
    return crashed[0]!;
  };

  it('whose last record is torn has lost nothing that was confirmed', async () => {
    const path = await crashAfter(10);
    const last = segmentPaths(path).at(-1)!;
    truncateSync(last, statSync(last).size - 11);
    const report = await recover(path);
    expect(report).toMatchObject({
      ...NOTHING_LOST,
      notes: [expect.stringMatching(/not written to its end/)],
    });
    const { simulation_frame } = await contents(path);
    expect(simulation_frame!.length).toBeGreaterThanOrEqual(8);
    expect(problems(await verify(path))).toEqual([]);
  });

  it('that is damaged in the middle loses those commits, and says which', async () => {
    const path = await crashAfter(10);
    damage(segmentPaths(path)[0]!, (bytes) => {
      bytes[Math.floor(bytes.length / 2)]! ^= 1;
      return bytes;
    });
    const found = await recover(path, { dryRun: true });
    expect(found.losses).toEqual([expect.stringMatching(/^commit \d+, which is damaged or missing$/)]);
    expect((await recover(path)).losses).toEqual(found.losses);
    const manifest = JSON.parse(readFileSync(join(path, 'run.json'), 'utf8'));
    expect(manifest.recovered.losses).toEqual(found.losses);
    const { checks } = await verify(path);
    expect(checks.filter(({ ok, name }) => !ok && !name.startsWith('keys'))).toEqual([]);
  });

  it('that is damaged at its end may have lost something', async () => {
    const path = await crashAfter(10);
    damage(segmentPaths(path).at(-1)!, (bytes) => {
      bytes[bytes.length - 12]! ^= 1;
      return bytes;
    });
    expect((await recover(path)).losses).toEqual([
      expect.stringMatching(/and what they held: a record is not as it was/),
    ]);
  });

  it('of which there is nothing where the run asked for none', async () => {
    const { crashed } = await recordAndCrash(
      (recorder, crash) => {
        simulate(recorder, 0, 10);
        crash();
      },
      { durability: 'none' },
    );
    const [path] = crashed as [string];
    expect((await recover(path)).losses).toEqual([expect.stringMatching(/without a journal/)]);
    expect((await contents(path)).steps).toHaveLength(8);
  });

  it('of another run is refused, and nothing is changed', async () => {
    const path = await crashAfter(4);
    const other = await crashAfter(6);
    for (const segment of segmentPaths(path)) rmSync(segment);
    for (const segment of segmentPaths(other)) {
      writeFileSync(segment.replace(other, path), readFileSync(segment));
    }
    const before = filesIn(path);
    expect((await rejection('NotARecording', recover(path))).message).toMatch(/its journal is that of run/);
    expect(filesIn(path)).toEqual(before);
  });
});

describe('a file that cannot be read any more', () => {
  it('is a loss, and the rest is recovered', async () => {
    const { crashed } = await recordAndCrash(
      (recorder, crash) => {
        simulate(recorder, 0, 20);
        crash();
      },
      { parquet: { maxFileRows: 15 } },
    );
    const [path] = crashed as [string];
    const file = join('tables', 'state-000002.parquet');
    truncateSync(join(path, file), 50);
    const { losses } = await recover(path);
    expect(losses[0]).toContain(file);
    using reader = await openRecording(path).catch(() => ({ [Symbol.dispose]: () => {} }));
    expect(reader).toBeDefined();
  });
});

describe('a run', () => {
  it('that a living process writes is refused', async () => {
    const { crashed } = await recordAndCrash((recorder, crash) => {
      simulate(recorder, 0, 2);
      crash();
    });
    const [path] = crashed as [string];
    setWriter(path, thisProcess());
    const error = await rejection('CannotOpen', recover(path));
    expect(error.message).toContain(`process ${process.pid}`);
    await rejection('CannotOpen', recover(path, { force: true }));
    setWriter(path, { ...thisProcess(), host: 'elsewhere' });
    expect((await rejection('CannotOpen', recover(path))).message).toContain('--force');
    expect(await recover(path, { force: true })).toMatchObject(NOTHING_LOST);
  });

  it('that has ended is only tidied up', async () => {
    const { closed } = await recordAndCrash((recorder) => simulate(recorder, 0, 4));
    const before = filesIn(closed);
    expect(await recover(closed)).toMatchObject({ outcome: 'nothing', notes: [] });
    mkdirSync(join(closed, 'journal'));
    writeFileSync(join(closed, 'journal', 'journal-00000001.log'), 'x');
    writeFileSync(join(closed, 'tables', '.state-000009.parquet.tmp'), 'x');
    expect(await recover(closed, { dryRun: true })).toMatchObject({
      notes: ['2 files of its writing are left'],
    });
    expect(await recover(closed)).toMatchObject({
      outcome: 'nothing',
      notes: [expect.stringContaining('2 files')],
    });
    expect(filesIn(closed)).toEqual(before);
    expect(problems(await verify(closed))).toEqual([]);
  });

  it('that is none is refused', async () => {
    const { closed } = await recordAndCrash((recorder) => simulate(recorder, 0, 1));
    await rejection('NotARecording', recover(join(closed, 'tables')));
    await rejection('NotARecording', recover(join(closed, 'nowhere')));
    await rejection('NotARecording', recover(join(closed, 'run.json')));
  });
});
