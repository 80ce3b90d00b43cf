import { describe, expect, it } from 'vitest';
import {
  array,
  BaseRecorder,
  defineTable,
  f64,
  i64,
  json,
  type PlainRow,
  type RecorderConfig,
  timestamp,
} from '../../src/index.ts';
import { rejection } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';

/** Keeps what it is given. */
class Keeper extends BaseRecorder {
  readonly steps: PlainRow[] = [];
  readonly episodes: PlainRow[] = [];
  closed = 0;
  /** Thrown by the next calls, one each. */
  readonly errors: unknown[] = [];

  constructor(config: RecorderConfig = {}) {
    super(config);
    this.on('error', () => {});
  }

  protected override writeStepData(rows: readonly PlainRow[]): number {
    if (this.errors.length > 0) throw this.errors.shift();
    this.steps.push(...rows);
    return rows.length * 100;
  }

  protected override writeEpisodeData(rows: readonly PlainRow[]): number {
    this.episodes.push(...rows);
    return rows.length * 10;
  }

  protected override closeStorage(): void {
    this.closed++;
  }
}

const Reading = defineTable('reading', {
  value: f64(),
  count: i64(),
  at: timestamp({ nullable: true }),
  image: array('f32', 2, { nullable: true }),
  more: json({ nullable: true }),
});

class KeeperOfTables extends Keeper {
  readonly rows: PlainRow[] = [];

  protected override writeTableData(table: string, rows: readonly PlainRow[]): number {
    for (const row of rows) this.rows.push({ table, ...row });
    return 1;
  }
}

describe('a recorder that stores its rows itself', () => {
  it('gets steps as they come and episodes when they end, as plain objects', async () => {
    const recorder = new Keeper();
    expect(recorder).toMatchObject({ backend: 'custom', path: null });
    recorder.recordStep({ position: [1, 2], action: { turn: 0.5 }, reward: 1, timestamp: 5 }, 0, 1);
    await recorder.flush();
    expect(recorder.steps).toEqual([
      expect.objectContaining({
        step_id: 1,
        episode_id: 1,
        step_number: 0,
        timestamp: 5,
        agent_id: null,
        position_x: 1,
        position_y: 2,
        action_data: { turn: 0.5 },
        reward: 1,
      }),
    ]);
    expect(recorder.episodes).toEqual([]);
    recorder.recordStep({ reward: 2, later: 'a column that comes later' }, 1, 1);
    recorder.recordEpisode({ success: true }, 1);
    recorder.recordStep({ reward: 3 }, 0, 2);
    await recorder.flush();
    expect(recorder.steps[1]).toMatchObject({ later: 'a column that comes later', position_x: null });
    expect(recorder.episodes).toMatchObject([
      { episode_id: 1, start_timestamp: 5, total_steps: 2, total_reward: 3, success: true },
    ]);
    await recorder.close();
    // The second never ended, and comes at the end.
    expect(recorder.episodes[1]).toMatchObject({ episode_id: 2, end_timestamp: null, total_steps: null });
    expect(recorder.closed).toBe(1);
    expect(recorder.bytesWritten).toBe(3 * 100 + 2 * 10);
    expect(recorder.metrics().tables.steps).toMatchObject({ submitted: 3, written: 3 });
  });

  it('says at once where it has nothing for a table', async () => {
    const recorder = new Keeper();
    const error = refusal('InvalidSchema', () => recorder.table(Reading));
    expect(error.message).toMatch(/Keeper stores steps and episodes only: give it writeTableData/);
    await recorder.close();
  });

  it('stores tables where it can', async () => {
    const recorder = new KeeperOfTables();
    const readings = recorder.table(Reading);
    readings.append({ value: -0, count: 2 ** 40, at: 2n ** 62n, image: [0.5, 1], more: [{ a: null }] });
    readings.append({ value: Number.NaN, count: 2n ** 60n });
    await recorder.close();
    expect(recorder.rows).toEqual([
      {
        table: 'reading',
        id: 1,
        value: -0,
        count: 2 ** 40,
        at: 2n ** 62n,
        image: new Float32Array([0.5, 1]),
        more: [{ a: null }],
      },
      { table: 'reading', id: 2, value: Number.NaN, count: 2n ** 60n, at: null, image: null, more: null },
    ]);
  });

  it('an error that it throws is a write error: told, counted, and flush rejects', async () => {
    const recorder = new Keeper();
    recorder.errors.push(new Error('no such place'));
    recorder.recordStep({ reward: 1 }, 0);
    const error = await rejection('WriteFailed', recorder.flush());
    expect(error.message).toMatch(/no such place/);
    expect(recorder.state).toBe('failed');
    recorder.recordStep({ reward: 1 }, 1);
    await rejection('WriteFailed', recorder.close());
    expect(recorder.steps).toEqual([]);
    expect(recorder.metrics().tables.steps).toMatchObject({ submitted: 2, written: 0, failed: 2 });
  });

  it('is called again for an error that passes, but not for what it has stored already', async () => {
    const recorder = new Keeper();
    recorder.errors.push(Object.assign(new Error('disk full'), { code: 'ENOSPC' }));
    recorder.recordStep({ reward: 1 }, 0, 1);
    recorder.recordEpisode({ success: true }, 1);
    await recorder.flush();
    expect(recorder.steps).toHaveLength(1);
    expect(recorder.episodes).toHaveLength(1);
    await recorder.close();
    expect(recorder.episodes).toHaveLength(1);
  });

  it('may be asynchronous', async () => {
    class Slow extends Keeper {
      protected override writeStepData(rows: readonly PlainRow[]): never {
        return Promise.resolve().then(() => super.writeStepData(rows)) as never;
      }
    }
    const recorder = new Slow();
    for (let i = 0; i < 100; i++) recorder.recordStep({ reward: i }, i);
    await recorder.flush();
    expect(recorder.steps.map(({ reward }) => reward)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    await recorder.close();
    expect(recorder.closed).toBe(1);
  });

  it.each([Number.NaN, -1, undefined])('must say how many bytes it wrote, not %s', async (bytes) => {
    class Silent extends BaseRecorder {
      protected override writeStepData(): number {
        return bytes as number;
      }

      protected override writeEpisodeData(): number {
        return 0;
      }
    }
    const recorder = new Silent();
    recorder.on('error', () => {});
    recorder.recordStep({ reward: 1 }, 0);
    const error = await rejection('WriteFailed', recorder.close());
    expect(error.message).toMatch(/writeStepData of Silent returned (NaN|-1|undefined), not how many bytes/);
  });

  it('has both methods, and no other backend', () => {
    class Half extends BaseRecorder {
      protected override writeStepData(): number {
        return 0;
      }
    }
    class OtherHalf extends BaseRecorder {
      protected override writeTableData(): number {
        return 0;
      }
    }
    const half = refusal('InvalidConfig', () => new Half());
    expect(half.message).toMatch(/^Half has no writeEpisodeData: .* it returns 0 for/);
    expect(refusal('InvalidConfig', () => new OtherHalf()).fields.key).toBe('writeStepData');
    const other = refusal('InvalidConfig', () => new Keeper({ backend: 'sqlite' }));
    expect(other.message).toMatch(/^backend = "sqlite": Keeper stores its rows itself/);
  });

  it('keeps no more than its memory limit, and waits for nobody', async () => {
    const recorder = new Keeper({ memoryLimitMb: 1 });
    for (let i = 0; i < 50_000; i++) recorder.recordStep({ position: [i, i], reward: i }, i);
    await recorder.close();
    expect(recorder.steps).toHaveLength(50_000);
    expect(recorder.steps.at(-1)).toMatchObject({ reward: 49_999 });
  });
});
