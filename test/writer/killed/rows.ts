import { expect } from 'vitest';
import type { Confirmed } from './after.ts';

/** A row as some reader gives it. */
export type Row = Record<string, unknown>;

/** Everything that was confirmed is there, in order, once; what came later may be there, but only in whole units. */
export function checkTables(tables: ReadonlyMap<string, readonly Row[]>, { frames, steps }: Confirmed): void {
  const rows = (table: string) => tables.get(table) ?? [];
  const times = rows('simulation_frame').map((row) => [Number(row.id), row.simulation_time]);
  expect(times).toEqual(times.map((_, i) => [i + 1, i / 60]));
  expect(times.length).toBeGreaterThanOrEqual(frames);
  const states = rows('state').map(({ id, frame_id, body, x }) => [Number(id), Number(frame_id), body, x]);
  const wanted = times.flatMap((_, frame) =>
    Array.from({ length: 10 }, (_, body) => [frame * 10 + body + 1, frame + 1, body, frame + body / 16]),
  );
  expect(states).toEqual(wanted);
  const events = rows('event').map(({ id, frame_id, data }) => [Number(id), Number(frame_id), data]);
  expect(events).toEqual(
    Array.from({ length: Math.ceil(times.length / 7) }, (_, i) => [
      i + 1,
      i * 7 + 1,
      i % 2 === 0 ? { frame: i * 7 } : null,
    ]),
  );
  const recorded = rows('steps').map((row) =>
    [row.step_id, row.episode_id, row.step_number, row.position_x].map(Number),
  );
  expect(recorded).toEqual(recorded.map((_, i) => [i + 1, 1 + Math.floor(i / 30), i % 30, i]));
  expect(recorded.length).toBeGreaterThanOrEqual(steps);
  expect(Math.abs(recorded.length - times.length)).toBeLessThanOrEqual(1);
  const episodes = new Set(rows('episodes').map((row) => Number(row.episode_id)));
  expect([...episodes]).toEqual(Array.from({ length: Math.ceil(recorded.length / 30) }, (_, i) => i + 1));
}
