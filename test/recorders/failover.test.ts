import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BaseRecorder, isSimtapeError, type RecorderConfig, RecorderManager } from '../../src/index.ts';
import { scratch } from '../backends/scratch.ts';
import fc from '../support/fast-check.ts';
import { MemoryBackend } from '../support/memory-backend.ts';

const FAILING = new URL('./programs/failing-backend.ts', import.meta.url);

function recorder(file: string, options: object, config: RecorderConfig = {}): BaseRecorder {
  const made = new BaseRecorder({ backend: FAILING, options: { file, ...options }, ...config });
  made.on('error', () => {});
  made.on('warning', () => {});
  return made;
}

/** Steps that are stored, as `step agent`. */
function stored(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').filter(Boolean) : [];
}

it.each(['continue', 'throw'] as const)(
  'a writer that fails while the simulation never comes back to its event loop (onFailure: %s)',
  async (onFailure) => {
    const folder = scratch();
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    const manager = new RecorderManager(recorder(one, { failAt: 3 }, { onFailure, maxRecords: 100 }), {
      backup: () => recorder(two, {}),
    });
    manager.on('warning', () => {});
    let steps = 0;
    // Until the backup has had its share; the first writer fails on its own thread meanwhile.
    for (let more = 500; more > 0; steps++) {
      manager.recordStep({ reward: 1 }, steps, 1);
      if (manager.failover !== null) more--;
    }
    await manager.close().catch((error) => expect(isSimtapeError(error, 'WriteFailed')).toBe(true));
    const { first, backup, stepNumber } = manager.failover!;
    const { written, failed, pending } = first.tables.steps!;
    expect(pending + backup.tables.steps!.pending).toBe(0);
    const [before, after] = [stored(one), stored(two)];
    expect(before).toEqual(Array.from({ length: written }, (_, i) => `${i} null`));
    expect(after).toEqual(Array.from({ length: steps - stepNumber! }, (_, i) => `${stepNumber! + i} null`));
    // The step in whose call the failure came counts as failed, and is in the backup.
    const twice = written + failed - stepNumber!;
    expect(twice).toBeGreaterThanOrEqual(0);
    expect(twice).toBeLessThanOrEqual(onFailure === 'throw' ? 1 : 0);
    expect(written).toBeLessThan(stepNumber!);
  },
);

it('memory that stays full: a step of several agents is whole in one of the two', async () => {
  const folder = scratch();
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  const gate = new SharedArrayBuffer(4);
  const first = recorder(one, { gate }, { memoryLimitMb: 2, maxWaitMs: 20 });
  const manager = new RecorderManager(first, { backup: () => recorder(two, {}) });
  manager.on('warning', () => {});
  const AGENTS = 30;
  let steps = 0;
  for (let more = 20; more > 0; steps++) {
    const agents = Array.from({ length: AGENTS }, (_, i) => [
      `agent_${i}`,
      { position: [i, steps], reward: 1 },
    ]);
    manager.recordStep(Object.fromEntries(agents), steps, 1);
    if (manager.failover !== null) more--;
  }
  expect(manager.failover!.cause).toMatchObject({ tag: 'Backpressure' });
  Atomics.store(new Int32Array(gate), 0, 1);
  Atomics.notify(new Int32Array(gate), 0);
  // Nothing is lost: the first stores what it had taken.
  await manager.close();
  const split = manager.failover!.stepNumber!;
  const all = (from: number, to: number) =>
    Array.from({ length: (to - from) * AGENTS }, (_, i) => `${from + Math.floor(i / AGENTS)} ${i % AGENTS}`);
  expect(stored(one)).toEqual(all(0, split));
  expect(stored(two)).toEqual(all(split, steps));
});

it('whatever fails when: each step is stored once, or counted as failed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('step', 'agents', 'flush', 'episode', 'bad'), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 6 }),
      fc.constantFrom('continue', 'throw'),
      async (calls, firstFails, backupFails, onFailure) => {
        const open = (failsAt: number) => {
          const backend = new MemoryBackend();
          let writes = 0;
          backend.onWrite = () => {
            if (++writes > failsAt) throw new Error('the disk is gone');
          };
          const made = new BaseRecorder({ backend, onFailure: onFailure as 'continue' });
          made.on('error', () => {});
          return { backend, made };
        };
        const [one, two] = [open(firstFails), open(backupFails)];
        const manager = new RecorderManager(one.made, { backup: two.made });
        manager.on('warning', () => {});
        const given: string[] = [];
        let threw = 0;
        for (const [i, call] of calls.entries()) {
          try {
            if (call === 'step') {
              given.push(`${i} null`);
              manager.recordStep({ reward: 1 }, i, 1);
            } else if (call === 'agents') {
              given.push(`${i} 0`, `${i} 1`);
              manager.recordStep({ agent_0: { reward: 1 }, agent_1: { reward: 2 } }, i, 1);
            } else if (call === 'bad') manager.recordStep({ reward: 'much' }, i, 1);
            else if (call === 'episode') manager.recordEpisode({ success: true }, 1);
            else await manager.flush();
          } catch (error) {
            expect(isSimtapeError(error)).toBe(true);
            if (call === 'step' || call === 'agents') threw++;
          }
        }
        await manager.close().catch(() => {});
        const stored = [one, two].flatMap(({ backend }) =>
          backend
            .allRows()
            .flatMap(({ table, step_number, agent_id }) =>
              table === 'steps' ? [`${step_number} ${agent_id}`] : [],
            ),
        );
        // In order, none twice.
        expect(stored).toEqual(given.filter((step) => stored.includes(step)));
        const failed = [one, two].reduce(
          (sum, { made }) => sum + (made.metrics().tables.steps?.failed ?? 0),
          0,
        );
        const lost = given.length - stored.length;
        // Only a backup that fails as well lets calls throw, whose steps nobody has taken.
        expect(failed).toBeLessThanOrEqual(lost + 2);
        if (threw === 0) expect(failed).toBeGreaterThanOrEqual(lost);
      },
    ),
    { numRuns: 100 },
  );
});
