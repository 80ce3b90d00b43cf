import { expect, it } from 'vitest';
import fc from '../../support/fast-check.ts';
import { steps } from '../driver.ts';
import { Driver } from './driver.ts';
import { hiddenFilesIn, readTable } from './read-run.ts';

/** What happens next: steps of some episodes, in a commit that may go on, be taken back, or bring a new column. */
type Event =
  | {
      readonly type: 'steps';
      readonly runs: readonly (readonly [episode: number, count: number])[];
      readonly column: number;
      readonly open: boolean;
    }
  | { readonly type: 'end'; readonly episode: number; readonly open: boolean }
  | { readonly type: 'abandon' };

const episode = fc.integer({ min: 1, max: 5 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('steps' as const),
      runs: fc.array(fc.tuple(episode, fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 8 }),
      column: fc.integer({ min: 0, max: 3 }),
      open: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('end' as const), episode, open: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abandon' as const) }) },
);

const options = fc.record({
  rowGroupValues: fc.constantFrom(20, 150, 1_000_000),
  maxFileRows: fc.constantFrom(25, 1_000_000),
  maxOpenFiles: fc.constantFrom(1, 3, 1024),
  journalBytes: fc.constantFrom(64 * 1024, 2 ** 28),
});

interface Told {
  readonly episode: number;
  readonly step: number;
  readonly columns: Record<string, number>;
}

it('every row of every whole commit is in the files, once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 25 }),
      options,
      fc.constantFrom(3000, 40e6),
      async (events, parquet, memoryBytes) => {
        const driver = new Driver({ parquet, memoryBytes });
        const kept: Told[] = [];
        let pending: Told[] = [];
        let next = 0;
        const settle = (open: boolean) => {
          if (open) return;
          kept.push(...pending);
          pending = [];
        };
        for (const happening of events) {
          if (happening.type === 'abandon') {
            if (driver.open) driver.backend.abandon();
            driver.open = false;
            pending = [];
          } else if (happening.type === 'end') {
            driver.flight.steps.recordEpisode({}, happening.episode);
            driver.flush(happening.open);
            settle(happening.open);
          } else {
            const { runs, column, open } = happening;
            const list = runs.flatMap(([number, count]) => {
              next += count;
              return steps(number, next - count, next);
            });
            const columns = (step: number): Record<string, number> =>
              column === 0 ? {} : { [`c${column}`]: step };
            driver.commit(list, columns, open);
            pending.push(
              ...list.map(([step, number]) => ({ episode: number, step, columns: columns(step) })),
            );
            settle(open);
          }
        }
        driver.backend.close(1);
        const found = (await readTable(driver.folder, 'steps')).map((row) => ({
          episode: Number(row.episode_id),
          step: Number(row.step_number),
          columns: Object.fromEntries(
            [1, 2, 3].flatMap((n) => (typeof row[`c${n}`] === 'number' ? [[`c${n}`, row[`c${n}`]]] : [])),
          ),
        }));
        const wanted = [1, 2, 3, 4, 5].flatMap((number) => kept.filter((told) => told.episode === number));
        expect(found).toEqual(wanted);
        expect(hiddenFilesIn(driver.folder)).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
