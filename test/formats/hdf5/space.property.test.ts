import { expect, test } from 'vitest';
import { FileSpace } from '../../../src/formats/hdf5/file-space.ts';
import fc from '../../support/fast-check.ts';

/** Bytes that something has, with the checkpoint before which it was released. */
interface Held {
  readonly address: number;
  readonly bytes: number;
  releasedAt: number | null;
}

const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('allocate' as const), bytes: fc.integer({ min: 1, max: 300 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('release' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('checkpoint' as const) }) },
);

test('space is given out twice only when it is of neither of the last two checkpoints', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const space = new FileSpace(48);
      let held: Held[] = [];
      let checkpoints = 0;
      for (const step of commands) {
        if (step.do === 'checkpoint') {
          space.checkpointed();
          checkpoints++;
          // Released before the last checkpoint but one: gone for good.
          held = held.filter(({ releasedAt }) => releasedAt === null || releasedAt >= checkpoints - 1);
        } else if (step.do === 'allocate') {
          const address = space.allocate(step.bytes);
          expect(address % 8).toBe(0);
          expect(address + step.bytes).toBeLessThanOrEqual(space.end);
          for (const other of held) {
            expect(address + step.bytes <= other.address || other.address + other.bytes <= address).toBe(
              true,
            );
          }
          held.push({ address, bytes: step.bytes, releasedAt: null });
        } else {
          const living = held.filter(({ releasedAt }) => releasedAt === null);
          const found = living[step.pick % Math.max(1, living.length)];
          if (found === undefined) continue;
          space.release(found.address, found.bytes);
          found.releasedAt = checkpoints;
        }
      }
    }),
  );
});

test('what is released and used again is not counted as superseded', () => {
  const space = new FileSpace(0);
  const first = space.allocate(100);
  space.allocate(50);
  space.release(first, 100);
  expect(space.superseded).toBe(104);
  space.checkpointed();
  space.checkpointed();
  expect(space.allocate(100)).toBe(first);
  expect(space.superseded).toBe(0);
});
