import type { SourceTable } from '../source.ts';

/** In which batch of `steps` each episode has its last one. */
export async function lastSteps(steps: SourceTable): Promise<Map<bigint, number>> {
  const last = new Map<bigint, number>();
  let at = 0;
  // The same batches as with all columns.
  for await (const batch of steps.batches(['episode_id'])) {
    const ids = batch.columns.episode_id!.values as BigInt64Array;
    for (let row = 0; row < ids.length; row++) if (ids[row] !== ids[row + 1]) last.set(ids[row]!, at);
    at++;
  }
  return last;
}
