import { expect, test } from 'vitest';
import type { ChunkedDataset, Hdf5Writer } from '../../../src/formats/hdf5/index.ts';
import { attributesOf, bitsOf, datasetAt, groupAt, withFile } from './support/h5wasm.ts';
import type { MemoryFile, Write } from './support/memory-file.ts';
import { continueWriter, newWriter } from './support/writers.ts';

/** What a reader must find. */
interface State {
  readonly episodes: number;
  readonly numbers: number;
  readonly texts: number;
}

const NUMBERS = {
  dtype: 'f64',
  shape: [0, 2],
  chunkRows: 16,
  filters: { shuffle: true, compression: { deflate: 1 }, fletcher32: true },
} as const;
const TEXTS = { dtype: 'utf8', shape: [0], chunkRows: 5 } as const;

/** A recording of episodes, whose content follows from how much there is of it. */
class Recording {
  state: State = { episodes: 0, numbers: 0, texts: 0 };
  readonly #writer: Hdf5Writer;
  readonly #numbers: ChunkedDataset;
  readonly #texts: ChunkedDataset;

  constructor(writer: Hdf5Writer, state: State | null = null) {
    this.#writer = writer;
    this.#numbers = state
      ? writer.openDataset('/all/numbers', NUMBERS)
      : writer.createDataset('/all/numbers', NUMBERS);
    this.#texts = state ? writer.openDataset('/all/texts', TEXTS) : writer.createDataset('/all/texts', TEXTS);
    if (state !== null) this.state = state;
  }

  step(i: number): void {
    const { episodes, numbers, texts } = this.state;
    const [rows, words] = [(i * 7) % 41, (i * 3) % 8];
    this.#numbers.append(Float64Array.from({ length: rows * 2 }, (_, k) => numbers * 2 + k));
    this.#texts.append(Array.from({ length: words }, (_, k) => `text ${texts + k}`));
    const path = `/run/episode ${episodes}`;
    this.#writer
      .createDataset(`${path}/reward`, { dtype: 'i32', shape: [0] })
      .append(Int32Array.of(episodes));
    this.#writer.setAttributes(path, { episodes });
    if (i % 3 === 0) this.#writer.finish(path);
    this.#writer.setAttributes('/run', { episodes: episodes + 1 });
    this.state = { episodes: episodes + 1, numbers: numbers + rows, texts: texts + words };
  }
}

async function expectState(file: MemoryFile, state: State): Promise<void> {
  await withFile(file, (opened) => {
    const numbers = Float64Array.from({ length: state.numbers * 2 }, (_, i) => i);
    expect(bitsOf(datasetAt(opened, '/all/numbers').value)).toBe(bitsOf(numbers));
    const texts = Array.from({ length: state.texts }, (_, i) => `text ${i}`);
    expect(datasetAt(opened, '/all/texts').value).toEqual(texts);
    if (state.episodes === 0) return;
    const run = groupAt(opened, '/run');
    expect(attributesOf(run)).toEqual({ episodes: state.episodes });
    expect(run.keys()).toHaveLength(state.episodes);
    for (let i = 0; i < state.episodes; i += 7) {
      expect(bitsOf(datasetAt(opened, `/run/episode ${i}/reward`).value)).toBe(bitsOf(Int32Array.of(i)));
    }
  });
}

/** All writes cut into sectors, except the superblock, which lies within one. */
function sectors({ offset, bytes }: Write): Write[] {
  if (offset === 0) return [{ offset, bytes }];
  const pieces: Write[] = [];
  for (let at = 0; at < bytes.length; at += 512) {
    pieces.push({ offset: offset + at, bytes: bytes.subarray(at, at + 512) });
  }
  return pieces;
}

test('ended after any sector of any write, the file shows the last checkpoint', async () => {
  const { file, writer } = newWriter();
  const recording = new Recording(writer);
  writer.checkpoint();
  const begin = file.clone();
  const log: Write[] = [];
  const states: State[] = [recording.state];
  file.onWrite = ({ offset, bytes }) => {
    log.push({ offset, bytes: bytes.slice() });
    if (offset === 0) states.push(recording.state);
  };
  for (let i = 0; i < 40; i++) {
    recording.step(i);
    if (i % 4 === 3) writer.checkpoint();
  }
  writer.close();
  file.onWrite = null;

  const replayed = begin;
  let checkpoints = 0;
  let opened = 0;
  for (const write of log) {
    const pieces = sectors(write);
    for (const [i, piece] of pieces.entries()) {
      replayed.write(piece.offset, piece.bytes);
      if (write.offset === 0) checkpoints++;
      // The ends, and some of the sectors between them.
      if (i > 0 && i < pieces.length - 1 && i % 5 !== 0) continue;
      await expectState(replayed, states[checkpoints]!);
      opened++;
    }
  }
  expect(checkpoints).toBe(11);
  expect(opened).toBeGreaterThan(100);
  expect(replayed.bytes).toEqual(file.bytes);
});

test('ended at any write, the file is continued from the last checkpoint', async () => {
  const { file, writer } = newWriter();
  const recording = new Recording(writer);
  writer.checkpoint();
  const copies: { file: MemoryFile; state: State }[] = [];
  let state = recording.state;
  file.onWrite = ({ offset }) => {
    copies.push({ file: file.clone(), state });
    if (offset === 0) state = recording.state;
  };
  for (let i = 0; i < 40; i++) {
    recording.step(i);
    if (i % 5 === 4) writer.checkpoint();
  }
  expect(copies.length).toBeGreaterThan(20);
  for (const copy of copies) {
    const second = continueWriter(copy.file);
    const continued = new Recording(second, copy.state);
    for (let i = 0; i < 12; i++) {
      continued.step(i);
      if (i % 5 === 2) second.checkpoint();
    }
    await expectState(copy.file.clone(), { ...continued.state, ...(await stateOf(copy.file)) });
    second.close();
    await expectState(copy.file, continued.state);
  }
});

/** What a file shows by its own account. */
async function stateOf(file: MemoryFile): Promise<State> {
  return withFile(file, (opened) => ({
    numbers: datasetAt(opened, '/all/numbers').shape![0]!,
    texts: datasetAt(opened, '/all/texts').shape![0]!,
    episodes: Number(attributesOf(groupAt(opened, '/run')).episodes ?? 0),
  }));
}

test('a sink that fails leaves the last checkpoint, and the writer takes nothing more', async () => {
  const { file, writer } = newWriter();
  const recording = new Recording(writer);
  recording.step(1);
  writer.checkpoint();
  const state = recording.state;
  recording.step(2);
  file.onWrite = () => {
    throw new Error('no space left');
  };
  expect(() => writer.checkpoint()).toThrow('no space left');
  file.onWrite = null;
  expect(() => writer.checkpoint()).toThrow('no space left');
  expect(() => writer.close()).toThrow('no space left');
  await expectState(file, state);
  const second = continueWriter(file);
  const continued = new Recording(second, state);
  continued.step(3);
  second.close();
  await expectState(file, continued.state);
});

test('a chunk that grows through many checkpoints stays one chunk', () => {
  const { writer } = newWriter();
  const dataset = writer.createDataset('/a', { dtype: 'f64', shape: [0], chunkRows: 1000 });
  for (let i = 0; i < 900; i++) {
    dataset.append(Float64Array.of(i));
    writer.checkpoint();
  }
  writer.close();
  expect(writer.size).toBeLessThan(100_000);
});

test('with checkpoints only while they are cheap enough, less than a tenth of the file is superseded', () => {
  const { writer } = newWriter();
  let worst = 0;
  let checkpoints = 0;
  for (let episode = 0; episode < 40; episode++) {
    const datasets = Array.from({ length: 20 }, (_, i) =>
      writer.createDataset(`/run/${episode}/${i}`, {
        dtype: 'f64',
        shape: [0],
        chunkRows: 100,
        attributes: { i },
      }),
    );
    for (let step = 0; step < 40; step++) {
      for (const dataset of datasets) dataset.append(new Float64Array(13));
      if (writer.superseded + writer.checkpointCost > writer.size / 10) continue;
      writer.checkpoint();
      checkpoints++;
      worst = Math.max(worst, writer.superseded / writer.size);
    }
    writer.finish(`/run/${episode}`);
  }
  writer.close();
  expect(worst).toBeGreaterThan(0);
  expect(worst).toBeLessThan(0.105);
  expect(checkpoints).toBeGreaterThan(50);
});

test('what is superseded is used again', () => {
  const { writer } = newWriter();
  const recording = new Recording(writer);
  for (let i = 0; i < 400; i++) {
    recording.step(3);
    writer.checkpoint();
    expect(writer.superseded).toBeLessThan(200_000);
  }
});
