import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defineTable, f64, isSimtapeError, ref, SimulationFrame } from '../../../src/index.ts';
import { openRecording, statesAt } from '../../../src/read/index.ts';
import { record, scratch } from '../../backends/scratch.ts';
import { BACKENDS, ENDINGS } from '../backends.ts';

const State = defineTable('state', { frame_id: ref(SimulationFrame), agent_id: f64(), x: f64() });

/** The files of a recording that hold rows. */
function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /state-.*parquet$|simulation_frame-.*parquet$/.test(name))
    .map((name) => join(path, name));
}

it.each(BACKENDS)('ends with a typed error, or an answer, where bits of %s are flipped', async (backend) => {
  const folder = scratch();
  const whole = join(folder, `whole${ENDINGS[backend]}`);
  await record(
    whole,
    (recorder) => {
      for (let i = 0; i < 200; i++) {
        recorder.recordFrame(i / 10);
        for (let agent_id = 0; agent_id < 3; agent_id++) recorder.table(State).append({ agent_id, x: i });
      }
    },
    { backend, parquet: { rowGroupValues: 400 }, hdf5: { chunkSize: 32 } },
  );
  const outcomes = new Set<string>();
  let seed = 11;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 60; round++) {
    const copy = join(folder, `copy-${round}${ENDINGS[backend]}`);
    cpSync(whole, copy, { recursive: true });
    const files = filesOf(copy);
    const file = files[random(files.length)]!;
    const bytes = readFileSync(file);
    // Half of them in the last part of a Parquet file, where its indexes and footer are.
    const from = round % 2 === 0 ? 0 : Math.floor(bytes.length * 0.7);
    for (let flips = 0; flips < 4; flips++) bytes[from + random(bytes.length - from)]! ^= 1 << random(8);
    writeFileSync(file, bytes);
    try {
      using reader = await openRecording(copy);
      await reader.table('state').columns({ where: { frame: { from: 50, to: 90 }, agent: [0, 2] } });
      await Array.fromAsync(reader.table('state').rows({ where: { time: { from: 3, to: 5 } } }));
      await statesAt(reader, 7.55, { mode: 'interpolated' });
      outcomes.add('answer');
    } catch (error) {
      outcomes.add(isSimtapeError(error) ? error.tag : `untyped: ${(error as Error).stack}`);
    }
  }
  const allowed = ['answer', 'NotARecording', 'NotFound', 'InvalidConfig', 'NewerFormat'];
  expect([...outcomes].filter((found) => !allowed.includes(found))).toEqual([]);
  expect([...outcomes]).toEqual(expect.arrayContaining(['answer', 'NotARecording']));
});
