import { expect, test } from 'vitest';
import type { ChunkedDataset, ChunkedOptions, Filters } from '../../../src/formats/hdf5/index.ts';
import fc from '../../support/fast-check.ts';
import { FILTER_CASES, filtersFor, TYPE_CASES, type TypeCase } from './support/cases.ts';
import { attributesOf, bitsOf, datasetAt, expectSame, groupAt, plain, withFile } from './support/h5wasm.ts';
import { continueWriter, newWriter, readingWriter } from './support/writers.ts';

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' }),
);
const path = fc
  .array(
    name.filter((text) => !/[/\0]/.test(text) && text !== '.'),
    { minLength: 1, maxLength: 3 },
  )
  .map((names) => `/${names.join('/')}`);

const command = fc.oneof(
  fc.record({ do: fc.constant('group' as const), path }),
  fc.record({
    do: fc.constant('dataset' as const),
    path,
    type: fc.constantFrom(...TYPE_CASES),
    filters: fc.constantFrom<Filters>(...FILTER_CASES),
    chunkRows: fc.integer({ min: 1, max: 20 }),
    perRow: fc.constantFrom(1, 1, 3),
    compactWhenSmall: fc.boolean(),
  }),
  fc.record({ do: fc.constant('append' as const), pick: fc.nat(), rows: fc.nat(70) }),
  fc.record({
    do: fc.constant('attributes' as const),
    pick: fc.nat(),
    name,
    value: fc.oneof(fc.double(), fc.string()),
  }),
  fc.record({ do: fc.constant('many' as const), pick: fc.nat(), count: fc.nat(50) }),
  fc.record({ do: fc.constant('checkpoint' as const) }),
  fc.record({ do: fc.constant('finish' as const), pick: fc.nat() }),
  fc.record({ do: fc.constant('unload' as const), pick: fc.nat() }),
  fc.record({ do: fc.constant('continue' as const) }),
);

interface Known {
  readonly path: string;
  readonly attributes: Record<string, unknown>;
  readonly dataset: {
    type: TypeCase;
    options: ChunkedOptions;
    perRow: number;
    rows: number;
    handle: ChunkedDataset;
  } | null;
}

/** Writes by random commands and keeps account; then h5wasm must find what was written, and nothing else. */
async function play(
  commands: readonly (typeof command extends fc.Arbitrary<infer C> ? C : never)[],
  readsBack: boolean,
): Promise<void> {
  const made = readsBack ? readingWriter() : newWriter();
  const { file } = made;
  let { writer } = made;
  const known = new Map<string, Known>();
  const finished = new Set<string>();
  const isOpen = (at: string) => ![...finished].some((done) => at === done || at.startsWith(`${done}/`));
  const open = () => [...known.values()].filter((object) => isOpen(object.path));
  /** Whether an object can be made: nothing is there, and on the way there are open groups or nothing. */
  const isFree = (at: string) => {
    const parents = at
      .split('/')
      .slice(1, -1)
      .map((_, i, all) => `/${all.slice(0, i + 1).join('/')}`);
    return (
      !known.has(at) && isOpen(at) && parents.every((parent) => (known.get(parent)?.dataset ?? null) === null)
    );
  };
  const add = (object: Known) => {
    for (let at = object.path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      if (!known.has(at))
        known.set(at, at === object.path ? object : { path: at, attributes: {}, dataset: null });
    }
  };
  for (const step of commands) {
    if (step.do === 'group' && isFree(step.path)) {
      writer.createGroup(step.path);
      add({ path: step.path, attributes: {}, dataset: null });
    } else if (step.do === 'dataset' && isFree(step.path)) {
      const { type, perRow, chunkRows, compactWhenSmall } = step;
      const shape = perRow === 1 ? [0] : [0, perRow];
      const filters = filtersFor(type, step.filters);
      const options = { dtype: type.dtype, shape, chunkRows, filters, compactWhenSmall };
      const handle = writer.createDataset(step.path, options);
      const attributes = type.dtype === 'timestamp' ? { units: 'nanoseconds since 1970-01-01' } : {};
      add({ path: step.path, attributes, dataset: { type, options, perRow, rows: 0, handle } });
    } else if (step.do === 'append') {
      const datasets = open().flatMap(({ dataset }) => dataset ?? []);
      const dataset = datasets[step.pick % Math.max(1, datasets.length)];
      if (dataset === undefined) continue;
      const { rows, perRow } = dataset;
      dataset.handle.append(dataset.type.elements(rows * perRow, (rows + step.rows) * perRow));
      dataset.rows += step.rows;
    } else if (step.do === 'attributes' && !step.name.includes('\0') && !String(step.value).includes('\0')) {
      // Of what is finished, attributes can be set where it can be read.
      const objects = readsBack ? [...known.values()] : open();
      const object = objects[step.pick % Math.max(1, objects.length)];
      if (object === undefined) continue;
      writer.setAttributes(object.path, { [step.name]: step.value });
      object.attributes[step.name] = step.value;
    } else if (step.do === 'many') {
      const groups = open().filter(({ dataset }) => dataset === null);
      const group = groups[step.pick % Math.max(1, groups.length)];
      for (let i = 0; group !== undefined && i < step.count; i++) {
        const at = `${group.path}/child ${i}`;
        if (!isFree(at)) continue;
        writer.createGroup(at);
        add({ path: at, attributes: {}, dataset: null });
      }
    } else if (step.do === 'checkpoint') {
      writer.checkpoint();
    } else if (step.do === 'finish') {
      const object = open()[step.pick % Math.max(1, open().length)];
      if (object === undefined) continue;
      writer.finish(object.path);
      finished.add(object.path);
    } else if (step.do === 'unload' && readsBack) {
      writer.checkpoint();
      const datasets = open().filter(({ dataset }) => dataset !== null);
      const object = datasets[step.pick % Math.max(1, datasets.length)];
      if (object === undefined) continue;
      writer.unload(object.path);
      object.dataset!.handle = writer.openDataset(object.path, object.dataset!.options);
    } else if (step.do === 'continue') {
      writer.checkpoint();
      writer = continueWriter(file, file, readsBack ? { readBack: file } : {});
      for (const { path: at, dataset } of open())
        if (dataset !== null) dataset.handle = writer.openDataset(at, dataset.options);
    }
  }
  writer.close();
  await withFile(file, (opened) => {
    const paths = opened.paths().map((at) => (at.startsWith('/') ? at : `/${at}`));
    expect(paths.sort()).toEqual([...known.keys()].sort());
    for (const { path: at, attributes, dataset } of known.values()) {
      const object = dataset === null ? groupAt(opened, at) : datasetAt(opened, at);
      const found = attributesOf(object);
      expect(Object.keys(found).sort()).toEqual(Object.keys(attributes).sort());
      for (const [key, value] of Object.entries(attributes))
        expect(Object.is(found[key], value) || found[key] === value).toBe(true);
      if (dataset === null) continue;
      const wanted = dataset.type.elements(0, dataset.rows * dataset.perRow);
      expectSame(plain(datasetAt(opened, at).value), plain(wanted));
    }
  });
}

test('random trees of random types, written in any order, come back', async () => {
  const commands = fc.array(command, { maxLength: 60, size: 'max' });
  await fc.assert(fc.asyncProperty(commands, fc.boolean(), play), { numRuns: 100 });
});

test('the bits of NaN stay', async () => {
  const { file, writer } = newWriter();
  const odd = new Float64Array(new BigUint64Array([0x7ff4_dead_beef_0001n, 0xfff8_0000_0000_0001n]).buffer);
  const small = new Float32Array(new Uint32Array([0x7fa0_0001, 0xffc0_0002]).buffer);
  for (const [at, dtype, values] of [
    ['/f64', 'f64', odd],
    ['/f32', 'f32', small],
  ] as const) {
    writer.createDataset(at, { dtype, shape: [0], filters: { shuffle: true } }).append(values);
    writer.createDataset(`${at}-parts`, { dtype, shape: [0, 2] }).appendParts([values, values]);
  }
  writer.close();
  await withFile(file, (opened) => {
    expect(bitsOf(datasetAt(opened, '/f64').value)).toBe(bitsOf(odd));
    expect(bitsOf(datasetAt(opened, '/f32').value)).toBe(bitsOf(small));
    const twice = new BigUint64Array(odd.buffer);
    expect(bitsOf(datasetAt(opened, '/f64-parts').value)).toBe(
      bitsOf(BigUint64Array.of(twice[0]!, twice[0]!, twice[1]!, twice[1]!)),
    );
  });
});
