import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  BaseRecorder,
  type Dictionary,
  type Failover,
  isSimtapeError,
  NullRecorder,
  RecorderManager,
  SimtapeError,
  SQLiteRecorder,
} from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';
import { MemoryBackend } from '../support/memory-backend.ts';

function sqlite(): SQLiteRecorder {
  return new SQLiteRecorder({ path: join(scratch(), 'flight.db') });
}

/** A recorder whose backend fails for good from a commit on. */
function failing(after: number, onFailure: 'continue' | 'throw' = 'continue'): BaseRecorder {
  const backend = new MemoryBackend();
  let writes = 0;
  backend.onWrite = () => {
    if (++writes > after) throw Object.assign(new Error('the disk is gone'), { code: 'EIO' });
  };
  const recorder = new BaseRecorder({ backend, onFailure });
  recorder.on('error', () => {});
  return recorder;
}

function warningsOf(manager: RecorderManager): string[] {
  const warnings: string[] = [];
  manager.on('warning', (warning) => warnings.push(warning));
  return warnings;
}

async function read(recorder: BaseRecorder, table: string): Promise<Record<string, unknown>[]> {
  using recording = await openRecording(recorder.path!);
  return await Array.fromAsync(recording.table(table).rows());
}

describe('a session', () => {
  it('is an episode: started, completed and stored when its function returns', async () => {
    await using manager = new RecorderManager(sqlite());
    const { recorder } = manager;
    const result = await manager.managedRecordingSession({ episodeId: 5 }, (session) => {
      expect(session.episodeId).toBe(5);
      recorder.recordStep({ reward: 1 }, 0);
      session.recordStep({ reward: 2 }, 1, { note: 'mine' });
      manager.recordStep({ reward: 3 }, 2);
      return 'returned';
    });
    expect(result).toBe('returned');
    expect(recorder.metrics().tables.steps).toMatchObject({ submitted: 3, written: 3 });
    expect(await read(recorder, 'episodes')).toMatchObject([
      { episode_id: 5n, total_steps: 3n, total_reward: 6, end_timestamp: expect.any(Number) },
    ]);
  });

  it('is for await using, too, and numbers itself', async () => {
    await using manager = new RecorderManager(sqlite());
    for (const expected of [1, 2]) {
      await using session = manager.managedRecordingSession();
      expect(session.episodeId).toBe(expected);
      session.recordStep({ reward: expected }, 0);
      session.recordEpisode({ success: expected === 2 });
    }
    expect(await read(manager.recorder, 'episodes')).toMatchObject([
      { episode_id: 1n, success: false },
      { episode_id: 2n, success: true },
    ]);
  });

  it('completes no episode that was completed before', async () => {
    const manager = new RecorderManager(new NullRecorder({ countCalls: true }));
    await manager.managedRecordingSession({}, (session) => session.recordEpisode({ success: true }));
    await manager.managedRecordingSession({}, ({ episodeId }) =>
      manager.recorder.recordEpisode({}, episodeId),
    );
    await manager.managedRecordingSession({}, () => {});
    expect(manager.recorder.getCallCount()).toMatchObject({
      startEpisode: 3,
      recordEpisode: 2,
      endEpisode: 1,
    });
  });

  it('completes and stores its episode where its function throws, and throws that on', async () => {
    await using manager = new RecorderManager(sqlite());
    const crash = new Error('the simulation crashed');
    const run = manager.managedRecordingSession({ episodeId: 1 }, async (session) => {
      session.recordStep({ reward: 1 }, 0);
      throw crash;
    });
    await expect(run).rejects.toBe(crash);
    expect(await read(manager.recorder, 'episodes')).toMatchObject([{ total_steps: 1n }]);
    await manager.managedRecordingSession({ episodeId: 2 }, () => {});
  });

  it('is one at a time', async () => {
    await using manager = new RecorderManager(new NullRecorder());
    await using session = manager.managedRecordingSession({ episodeId: 1 });
    const error = refusal('InvalidValue', () => manager.managedRecordingSession({ episodeId: 2 }));
    expect(error.message).toMatch(/session of episode 1 is still going on/);
    await session.end();
    await session.end();
    await manager.managedRecordingSession({ episodeId: 2 }).end();
  });

  it('rejects where its rows were lost', async () => {
    const manager = new RecorderManager(failing(0));
    const run = manager.managedRecordingSession({}, (session) => session.recordStep({ reward: 1 }, 0));
    const error = await rejection('WriteFailed', run);
    expect(error.message).toMatch(/disk is gone/);
    await manager.close().catch(() => {});
  });
});

describe('metrics', () => {
  it('have the names of the specification, beside those of the engine', async () => {
    await using manager = new RecorderManager(sqlite(), { performanceTargetMs: 3_600_000 });
    for (let i = 0; i < 500; i++) manager.recordStep({ reward: i }, i);
    const metrics = manager.getPerformanceMetrics();
    expect(metrics.average_write_time).toBeGreaterThan(0);
    expect(metrics.performance_analysis).toEqual({
      avg_write_time_ms: metrics.average_write_time * 1000,
      target_ms: 3_600_000,
      meets_target: true,
    });
    expect(metrics.buffer_utilization_current).toBe(metrics.buffer.utilization);
    expect(metrics.memory_analysis).toEqual({
      usage_mb: metrics.buffer.bytesAllocated / 2 ** 20,
      limit_mb: 100,
    });
    expect(metrics.memory_analysis.usage_mb).toBeGreaterThan(0);
    expect(metrics.tables.steps!.submitted).toBe(500);
  });

  it('are 0 and met where nothing was recorded', () => {
    const metrics = new RecorderManager(new NullRecorder()).getPerformanceMetrics();
    expect(metrics).toMatchObject({
      average_write_time: 0,
      memory_analysis: { usage_mb: 0 },
      performance_analysis: { avg_write_time_ms: 0, target_ms: 1, meets_target: true },
    });
  });

  it('miss a target that nothing meets', async () => {
    await using manager = new RecorderManager(sqlite(), { performanceTargetMs: 1e-9 });
    manager.recordStep({ reward: 1 }, 0);
    expect(manager.getPerformanceMetrics().performance_analysis.meets_target).toBe(false);
    expect(manager.recorder.getPerformanceMetrics().performance_analysis.target_ms).toBe(1);
  });

  it.each([
    { performanceTargetMs: 0 },
    { performanceTargetMs: Number.NaN },
    { performanceTargetMs: '1' },
    { target: 1 },
  ])('%j is refused', (options) => {
    const [key] = Object.keys(options);
    const error = refusal('InvalidConfig', () => new RecorderManager(new NullRecorder(), options as object));
    expect(error.fields.key).toBe(key);
  });
});

describe('a backup', () => {
  /** Every step is stored once, or counted as failed; returns what each recording has. */
  function account({ first, backup }: Failover, submitted: number): { stored: number[]; failed: number } {
    const of = (part: Failover['first']) => part.tables.steps ?? { written: 0, failed: 0, pending: 0 };
    expect(of(first).pending + of(backup).pending).toBe(0);
    expect(of(backup).failed).toBe(0);
    expect(of(first).written + of(first).failed + of(backup).written).toBe(submitted);
    return { stored: [of(first).written, of(backup).written], failed: of(first).failed };
  }

  it.each(['continue', 'throw'] as const)(
    'takes over in the middle of a session, after a permanent write error (onFailure: %s)',
    async (onFailure) => {
      const first = failing(1, onFailure);
      const manager = new RecorderManager(first, { backup: () => sqlite() });
      const warnings = warningsOf(manager);
      expect(manager.failover).toBeNull();
      await manager.managedRecordingSession({ episodeId: 7 }, async (session) => {
        for (let i = 0; i < 10; i++) session.recordStep({ reward: 1 }, i);
        await manager.flush();
        for (let i = 10; i < 15; i++) session.recordStep({ reward: 1 }, i);
        // These five are lost, and said to be.
        await rejection('WriteFailed', manager.flush());
        for (let i = 15; i < 40; i++) session.recordStep({ reward: 1 }, i);
        session.recordEpisode({ success: true });
      });
      const failover = manager.failover!;
      expect(failover).toMatchObject({ episodeId: 7, stepNumber: 15, cause: { tag: 'WriteFailed' } });
      expect(account(failover, 40)).toEqual({ stored: [10, 25], failed: 5 });
      expect(warnings).toEqual([
        expect.stringMatching(/^from step 15 of episode 7 on, rows are in .*flight\.db/),
      ]);
      expect(manager.recorder.path).toBe(failover.backup.path);
      await manager.close().catch(() => {});
      expect(first.state).toBe('closed');
      const rows = await read(manager.recorder, 'steps');
      expect(rows.map((row) => [Number(row.episode_id), Number(row.step_number)])).toEqual(
        Array.from({ length: 25 }, (_, i) => [7, 15 + i]),
      );
      expect(await read(manager.recorder, 'episodes')).toMatchObject([{ episode_id: 7n, success: true }]);
    },
  );

  it('gets the step whose call threw', async () => {
    class Stuck extends BaseRecorder {
      override recordStep(stepData: Dictionary, stepNumber: number, episodeId?: number): void {
        if (stepNumber === 3) throw new SimtapeError('Backpressure', 'full', { table: 'steps', waitedMs: 1 });
        super.recordStep(stepData, stepNumber, episodeId);
      }
    }
    const memory = new MemoryBackend();
    const first = new Stuck({ backend: memory });
    const backup = sqlite();
    const manager = new RecorderManager(first, { backup });
    const warnings = warningsOf(manager);
    for (let i = 0; i < 6; i++) manager.recordStep({ reward: i }, i);
    await first.flush();
    await manager.flush();
    expect(account(manager.failover!, 6)).toEqual({ stored: [3, 3], failed: 0 });
    expect(warnings).toHaveLength(1);
    // What the first had taken it stores all the same, and nothing is lost.
    await manager.close();
    expect(memory.rows('steps')).toHaveLength(3);
    expect((await read(backup, 'steps')).map(({ step_number }) => Number(step_number))).toEqual([3, 4, 5]);
  });

  it('goes on with the numbers of episodes', async () => {
    const manager = new RecorderManager(failing(1), { backup: () => sqlite() });
    warningsOf(manager);
    await manager.managedRecordingSession({ episodeId: 4 }, (session) =>
      session.recordStep({ reward: 1 }, 0),
    );
    await rejection(
      'WriteFailed',
      manager.managedRecordingSession({}, (session) => session.recordStep({ reward: 1 }, 0)),
    );
    const third = manager.managedRecordingSession();
    expect(third.episodeId).toBe(6);
    third.recordStep({ reward: 1 }, 0);
    await third.end();
    expect(manager.failover).toMatchObject({ episodeId: 6, stepNumber: null });
    manager.recordStep({ reward: 1 }, 0);
    await manager.flush();
    await manager.close().catch(() => {});
    const rows = await read(manager.recorder, 'steps');
    expect(rows.map(({ episode_id }) => Number(episode_id))).toEqual([6, 7]);
  });

  it('is not asked where the step itself is wrong, and takes over only once', async () => {
    let made = 0;
    const manager = new RecorderManager(failing(0), {
      backup: (cause, first) => {
        made++;
        expect(isSimtapeError(cause, 'WriteFailed')).toBe(true);
        expect(first.state).toBe('failed');
        return failing(0);
      },
    });
    warningsOf(manager);
    manager.recordStep({ reward: 1 }, 0);
    refusal('InvalidValue', () => manager.recordStep({ reward: 'much' }, 1));
    expect(made).toBe(0);
    await rejection('WriteFailed', manager.flush());
    manager.recordStep({ reward: 1 }, 1);
    await rejection('WriteFailed', manager.flush());
    manager.recordStep({ reward: 1 }, 2);
    expect(made).toBe(1);
    // Rows of both were lost, and the manager does not close as if they were not.
    await rejection('WriteFailed', manager.close());
  });

  it('that was never needed is closed with the manager', async () => {
    const backup = sqlite();
    const manager = new RecorderManager(sqlite(), { backup });
    manager.recordStep({ reward: 1 }, 0);
    await manager.close();
    expect(backup.state).toBe('closed');
    expect(manager.failover).toBeNull();
  });
});
