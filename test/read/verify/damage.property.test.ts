import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  defineTable,
  f64,
  isSimtapeError,
  json,
  type Recorder,
  ref,
  SimulationFrame,
  utf8,
} from '../../../src/index.ts';
import { recover, verify } from '../../../src/read/index.ts';
import { record } from '../../backends/scratch.ts';
import fc from '../../support/fast-check.ts';
import { recordAndCrash } from '../recover/crashed.ts';
import { copyOf, damage, filesIn } from './damage.ts';

const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  x: f64(),
  name: utf8({ nullable: true }),
  data: json(),
});
const CONFIG = { backend: 'parquet', parquet: { maxFileRows: 12, rowGroupValues: 40 } } as const;

function simulate(recorder: Recorder): void {
  const { append } = recorder.table(State);
  for (let frame = 0; frame < 20; frame++) {
    recorder.recordFrame(frame / 60);
    append({ x: frame, name: frame % 2 === 0 ? null : `name ${frame}`, data: { frame } });
    recorder.recordStep({ position: [frame, 1] }, frame, 1 + Math.floor(frame / 8));
    recorder.flushSync();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'simtape-damage-'));
const sound = join(folder, 'sound');
beforeAll(() => record(sound, simulate, CONFIG));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Which file, where in it, and what happens there: a bit that flips, or the end. */
const damages = fc.record({
  file: fc.nat(),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bit: fc.option(fc.nat(7)),
});
type Damage = typeof damages extends fc.Arbitrary<infer T> ? T : never;

function apply(run: string, { file, at, bit }: Damage): void {
  const names = filesIn(run);
  damage(join(run, names[file % names.length]!), (bytes) => {
    const position = Math.floor(at * bytes.length);
    if (bit === null) return bytes.subarray(0, position);
    if (bytes.length > 0) bytes[position]! ^= 1 << bit;
    return bytes;
  });
}

/** Whatever is damaged: a report, or an error that says what is wrong. */
async function answers(question: Promise<unknown>): Promise<void> {
  await question.catch((error) => {
    if (!isSimtapeError(error)) throw error;
  });
}

it('verify has an answer to any damage of a run', async () => {
  await fc.assert(
    fc.asyncProperty(damages, async (one) => {
      const run = copyOf(sound);
      apply(run, one);
      await answers(verify(run));
    }),
    { numRuns: 60 },
  );
});

it('recover has an answer to any damage of a killed run, and so has verify afterwards', async () => {
  const { crashed } = await recordAndCrash((recorder, crash) => {
    simulate(recorder);
    crash();
  }, CONFIG);
  await fc.assert(
    fc.asyncProperty(damages, async (one) => {
      const run = copyOf(crashed[0]!);
      apply(run, one);
      await answers(recover(run));
      await answers(verify(run));
    }),
    { numRuns: 40 },
  );
});

it('a column of the footer that the schema has under another name does not end the process', async () => {
  const run = copyOf(sound);
  damage(join(run, 'tables', 'state-000001.parquet'), (bytes) => {
    const text = Buffer.from(bytes.buffer);
    // In the schema, which comes first in the footer; then the column's own pages.
    const schema = text.indexOf('frame_id', text.length - 8 - text.readUInt32LE(text.length - 8));
    text[schema]! ^= 1;
    text.fill(0xff, 40, 80);
    return bytes;
  });
  const { checks } = await verify(run);
  expect(checks.find(({ name }) => name === 'files')?.problems).toContainEqual(
    expect.stringContaining('other columns than the schema'),
  );
});
