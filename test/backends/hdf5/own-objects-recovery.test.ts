import { copyFileSync, cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DiskFile } from '../../../src/backends/hdf5/file.ts';
import { Hdf5Objects, type Recorder } from '../../../src/index.ts';
import { openRecording, recover, verify } from '../../../src/read/index.ts';
import { damage } from '../../read/verify/damage.ts';
import { scratch } from '../scratch.ts';
import { datasetAt, groupAt, withH5 } from './h5.ts';
import { open, problems } from './own-recorder.ts';

afterEach(() => vi.restoreAllMocks());

/** Copies a recording as a kill would leave it now; its process is taken for gone. */
function crash(path: string, to: string): void {
  copyFileSync(path, to);
  if (existsSync(`${path}.journal`)) cpSync(`${path}.journal`, `${to}.journal`, { recursive: true });
}

/** Objects of several kinds, some of them in the frames of a simulation. */
function* simulate(recorder: Recorder): Generator<number, void> {
  const objects = new Hdf5Objects(recorder);
  objects.createGroup('/own', { made: 'first' });
  const grows = objects.createDataset('/own/grows', [0, 3], 'f8', { maxShape: [null, 3], chunkRows: 4 });
  const wide = objects.createDataset('/own/wide', [2, 50_000], 'int32', { maxShape: [null, 50_000] });
  const fixed = objects.createDataset('/own/fixed', [500], 'f8', { fillValue: -1 });
  const texts = objects.createDataset('/own/texts', [0], 'str', { maxShape: [null], chunkRows: 3 });
  const single = objects.createDataset('/own/single', [], 'int64');
  for (let i = 0; i < 30; i++) {
    recorder.recordFrame(i);
    grows.write([i, -0, Number.NaN]);
    fixed.write([i], i * 3);
    texts.write(`text ${i}`);
    single.write(i);
    if (i % 7 === 0) wide.write(new Int32Array(50_000).fill(i));
    recorder.recordStep({ reward: i }, i, 1);
    recorder.endFrame();
    objects.setAttributes('/own', { [`at_${i % 4}`]: i });
    objects.setAttributes('episode_000001', { seen: i });
    yield i;
  }
}

/** What the file holds of it, when it is whole. */
async function contents(path: string): Promise<unknown> {
  return withH5(path, (file) => {
    const values = ['grows', 'wide', 'fixed', 'texts', 'single'].map((name) => {
      const { shape, value } = datasetAt(file, `own/${name}`);
      return [name, shape, value];
    });
    const attributes = Object.entries(groupAt(file, 'own').attrs).map(([name, { value }]) => [name, value]);
    return [values, attributes, groupAt(file, 'r/episode_000001').attrs.seen!.value];
  });
}

describe.each([
  ['with few checkpoints', {}],
  ['with many', { journalBytes: 65_536 }],
])('%s', (_, hdf5) => {
  it('a run that was cut off at any moment is recovered with what there was', async () => {
    const folder = scratch();
    const path = join(folder, 'run.h5');
    const recorder = await open(path, { hdf5 });
    const moments: string[] = [];
    for (const i of simulate(recorder)) {
      await recorder.flush();
      if (i % 5 !== 4) continue;
      const copy = join(folder, `crashed-${i}.h5`);
      crash(path, copy);
      moments.push(copy);
    }
    await recorder.close();
    vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('gone'), { code: 'ESRCH' });
    });
    for (const [k, copy] of moments.entries()) {
      expect(await recover(copy)).toMatchObject({ outcome: 'recovered', losses: [] });
      expect(problems(await verify(copy))).toEqual([]);
      const until = join(folder, `until-${k}.h5`);
      const again = await open(until, { hdf5 });
      for (const i of simulate(again)) if (i === k * 5 + 4) break;
      await again.close();
      expect(await contents(copy)).toEqual(await contents(until));
    }
    using reader = await openRecording(moments.at(-1)!);
    expect(
      reader
        .tables()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['episodes', 'simulation_frame', 'steps']);
  });

  it('a write that fails is made up for', async () => {
    const folder = scratch();
    const [path, wanted] = [join(folder, 'run.h5'), join(folder, 'wanted.h5')];
    const sound = await open(wanted, { hdf5 });
    for (const _ of simulate(sound));
    await sound.close();
    const recorder = await open(path, { hdf5 });
    let failures = 0;
    for (const i of simulate(recorder)) {
      const write = vi.spyOn(DiskFile.prototype, 'write');
      if (i % 4 === 2) {
        write.mockImplementationOnce(() => {
          failures++;
          throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        });
      }
      await recorder.flush();
      write.mockRestore();
    }
    await recorder.close();
    expect(failures).toBeGreaterThan(0);
    expect(problems(await verify(path))).toEqual([]);
    expect(await contents(path)).toEqual(await contents(wanted));
  });
});

it('verify finds a damaged chunk of a dataset of one’s own', async () => {
  const path = join(scratch(), 'a.h5');
  const recorder = await open(path);
  const values = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i));
  new Hdf5Objects(recorder).createDataset('/own', [5000], 'f8', { layout: 'chunked' }).write(values);
  await recorder.close();
  const [check] = (await verify(path)).checks.filter(({ name }) => name === 'datasets of your own');
  expect(check).toMatchObject({ ok: true, extent: '1 dataset' });
  // The end of the file are its chunks.
  damage(path, (bytes) => bytes.fill(0x5a, bytes.length - 9000, bytes.length - 8970));
  expect(problems(await verify(path))).toEqual([expect.stringMatching(/^\/own: /)]);
});
