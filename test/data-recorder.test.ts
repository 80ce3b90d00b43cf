import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRecorder, DataRecorder, defineTable, f64, ref, SimulationFrame } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'simtape-facade-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const State = defineTable('state', { frame_id: ref(SimulationFrame), x: f64({ unit: 'm' }) });

describe('DataRecorder', () => {
  it('makes the database and its frame table at once', () => {
    using recorder = new DataRecorder({ databasePath: join(folder, 'new.db') });
    expect(
      recorder
        .getDatabase()
        .tables()
        .map(({ name }) => name),
    ).toEqual(['simulation_frame']);
  });

  it('gives frames ids before they are written, for rows that refer to them', async () => {
    await using recorder = new DataRecorder({
      databasePath: join(folder, 'frames.db'),
      flushInterval: 60_000,
    });
    expect(recorder.table(State)).toBe(recorder.table(State));
    const before = Date.now() / 1000;
    const frame = recorder.recordFrame(0.25);
    expect(frame).toBe(1);
    recorder.table(State).append({ frame_id: frame, x: 1 });
    expect(recorder.recordFrame(0.5)).toBe(2);
    recorder.table(State).append({ x: 2 });
    await recorder.flush();
    const { rows } = recorder
      .getDatabase()
      .querySync(
        'SELECT s.x, f.simulation_time, f.wall_clock_time FROM state s JOIN simulation_frame f ON f.id = s.frame_id',
      );
    expect(rows.map(([x, time]) => [x, time])).toEqual([
      [1, 0.25],
      [2, 0.5],
    ]);
    for (const [, , wall] of rows) expect(Math.abs((wall as number) - before)).toBeLessThan(600);
    expect(() => recorder.getDatabase().querySync('DELETE FROM state RETURNING x')).toThrow(/readonly/);
    expect(() => recorder.getDatabase().querySync('DELETE FROM state')).toThrow(/no query/);
  });

  it('writes what is pending when it is disposed of', () => {
    const databasePath = join(folder, 'disposed.db');
    {
      using recorder = new DataRecorder({ databasePath, flushInterval: 60_000 });
      recorder.recordFrame(1);
      recorder.table(State).append({ x: 7 });
    }
    using again = new DataRecorder({ databasePath });
    expect(again.getDatabase().querySync('SELECT x FROM state').rows).toEqual([[7]]);
  });

  it('commits by itself while the simulation goes on', async () => {
    using recorder = new DataRecorder({ databasePath: join(folder, 'paced.db'), flushInterval: 5 });
    recorder.recordFrame(0);
    recorder.table(State).append({ x: 1 });
    recorder.recordFrame(1);
    // Confirmed by the writer thread, some moments after the database has it.
    while (recorder.recorder.metrics().tables.state!.written === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(recorder.getDatabase().querySync('SELECT x FROM state').rows).toEqual([[1]]);
    expect(recorder.recorder.metrics().tables.state).toMatchObject({ pending: 0, written: 1 });
  });

  it('refuses a path that cannot be written, where it is made', () => {
    const missing = join(folder, 'no', 'such', 'folder', 'x.db');
    expect(() => new DataRecorder({ databasePath: missing })).toThrow(
      expect.objectContaining({ tag: 'CannotOpen' }),
    );
    expect(() => new DataRecorder({ databasePath: '' })).toThrow(
      expect.objectContaining({ tag: 'InvalidConfig' }),
    );
    const badInterval = () => new DataRecorder({ databasePath: join(folder, 'x.db'), flushInterval: -1 });
    expect(badInterval).toThrow(/flushIntervalMs = -1/);
  });
});

describe('what a recording was made with', () => {
  it('is kept with the run', () => {
    const databasePath = join(folder, 'origin.db');
    using recorder = new DataRecorder({
      databasePath,
      world: 'balls',
      seed: 7,
      configuration: { bodies: 3 },
    });
    recorder.recordFrame(0);
    recorder.flushSync();
    expect(recorder.getDatabase().runs()).toMatchObject([
      { world: 'balls', seed: '7', configuration: { bodies: 3 }, frames: 1, steps: 0, state: 'recording' },
    ]);
  });
});

describe.runIf(process.platform === 'linux')('a folder that cannot be made', () => {
  it('is refused, and does not hang', async () => {
    await expect(createRecorder({ directory: '/proc/no/such' })).rejects.toMatchObject({ tag: 'CannotOpen' });
  });
});
