// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of configuration files
import { expect, it } from 'vitest';
import { describeConfig, originsOf } from '../../src/config/index.ts';
import { refusal } from '../support/errors.ts';
import { compose } from './files.ts';

it('lets later sources win: defaults, files, environment, overrides, code', () => {
  const key = 'record.performance.buffer.max_records';
  const names = ['performance', 'buffer', 'max_records'] as const;
  const environment = { PLUME_BUFFER_SIZE: '2' };
  const overrides = [`${key}=3`];
  const values = { record: { performance: { buffer: { max_records: 4 } } } };
  const read = (...[texts, options]: Parameters<typeof compose>) => {
    const composed = compose(texts, options);
    const record = composed.values.record as Record<string, unknown>;
    const value = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], record);
    expect(composed.recorder.maxRecords ?? 2 ** 31).toBe(value);
    return [value, originsOf(composed)[key]];
  };
  const file = {
    config: 'record:\n  _target_: simtape.ParquetRecorder\n  performance: { buffer: { max_records: 1 } }',
  };
  expect(read({ config: 'record: { _target_: simtape.ParquetRecorder }' })).toEqual([2 ** 31, 'default']);
  expect(read(file)).toEqual([1, 'config.yaml:3']);
  expect(read(file, { environment })).toEqual([2, 'environment: PLUME_BUFFER_SIZE']);
  expect(read(file, { environment, overrides })).toEqual([3, `command line: ${key}=3`]);
  expect(read(file, { environment, overrides, values })).toEqual([4, 'code']);
});

it('chooses a file of a group by defaults list, environment and override', () => {
  const backend = (...args: Parameters<typeof compose>) => compose(...args).recorder.backend;
  const environment = { PLUME_RECORD_BACKEND: 'none' };
  expect(backend({})).toBe('parquet');
  expect(backend({}, { environment })).toBe('none');
  expect(backend({}, { environment, overrides: ['record=hdf5'] })).toBe('hdf5');
  expect(backend({ config: 'record: 1' }, { overrides: ['+record=sqlite'] })).toBe('sqlite');
});

it('composes defaults lists: nested, with _self_, packages, null, optional and override', () => {
  const composed = compose({
    config: [
      'defaults:',
      '  - record: mine',
      '  - agent@simulation.walker: fast',
      '  - optional agent: missing',
      '  - none_of_it: null',
      '  - _self_',
      '  - late',
      'simulation: { walker: { speed: 2 }, steps: 5 }',
    ].join('\n'),
    'record/mine': 'defaults: [sqlite]\nstorage: { batch_size: 7 }',
    'agent/fast': 'speed: 9\nturn: 1',
    late: '# @package _global_\nsimulation: { steps: 6 }',
  });
  expect(composed.values.simulation).toEqual({ walker: { speed: 2, turn: 1 }, steps: 6 });
  expect(composed.recorder).toMatchObject({ backend: 'sqlite', sqlite: { batchSize: 7 } });

  const experiment = 'defaults: [{ override /record: none }]\nname: e';
  const config = 'defaults: [{ record: parquet }, { experiment: one }]';
  expect(compose({ config, 'experiment/one': experiment }).recorder.backend).toBe('none');
});

it('adds, changes and removes keys', () => {
  const composed = compose(
    { config: 'defaults: [{ record: sqlite }]\na: { b: 1, c: 2 }\nd: 3' },
    { overrides: ['a.b=[1, two]', '+new=1', '++a.c={ e: true }', '~d', '~record.storage.batch_size'] },
  );
  expect(composed.values).toMatchObject({ a: { b: [1, 'two'], c: { e: true } }, new: 1 });
  expect(composed.values).not.toHaveProperty('d');
  expect(originsOf(composed)['record.storage.batch_size']).toBe('default');
  expect(composed.recorder.sqlite).not.toHaveProperty('batchSize');
});

it('keeps every digit of integers, which are bigints where a number would round them', () => {
  const config =
    'record: { _target_: simtape.NullRecorder }\nseed: 12345678901234567891\nname: run_${seed}\nlist: [1, -9007199254740993]';
  const overrides = [
    '+tick=9007199254740993',
    '+given=${oc.decode:9007199254740995}',
    '~list=[1,-9007199254740993]',
  ];
  const composed = compose({ config }, { overrides });
  expect(composed.values).toMatchObject({
    seed: 12345678901234567891n,
    name: 'run_12345678901234567891',
    tick: 9007199254740993n,
    given: 9007199254740995n,
  });
  expect(composed.values).not.toHaveProperty('list');
  expect(compose({ config }).values.list).toEqual([1, -9007199254740993n]);
  expect(describeConfig(composed)).toMatch(/^seed: 12345678901234567891 /m);
});

it('interpolates values, relatives, the environment, and leaves templates and escapes alone', () => {
  const config = [
    'defaults: [{ record: parquet }]',
    'name: plume',
    'a: { x: 3, y: "${.x}", z: "${..name}_${a.x}", list: ["${name}"], copy: "${b}" }',
    'b: { host: "${oc.env:HOST,nowhere}", n: "${oc.decode:${oc.env:N}}", raw: "\\\\${name}" }',
    'record: { storage: { path: "${name}/{run_id}" }, performance: { buffer: { max_records: "${oc.env:N}" } } }',
  ].join('\n');
  const composed = compose({ config }, { environment: { N: '12' } });
  const b = { host: 'nowhere', n: 12, raw: '${name}' };
  expect(composed.values).toMatchObject({ a: { x: 3, y: 3, z: 'plume_3', list: ['plume'], copy: b }, b });
  expect(composed.recorder).toMatchObject({ path: 'plume/{run_id}', maxRecords: 12 });
  expect(originsOf(composed)['record.performance.buffer.max_records']).toBe('environment: N');
});

it.each<[texts: Record<string, string>, overrides: string[], message: RegExp]>([
  [
    {},
    ['record=parqet'],
    /record=parqet: .*no record\/parqet.yaml; did you mean parquet\? there are hdf5, none, parquet, sqlite/,
  ],
  [{}, ['recrod.run_id=1'], /did you mean record\?.*\+recrod.run_id=... adds one/],
  [{}, ['record.run_id'], /an override is key=value/],
  [{}, ['+record.run_id=1'], /is there already: record.run_id=1 changes it/],
  [{}, ['~record.nothing'], /there is no such key/],
  [{}, ['~record.storage.durability=power'], /is not power/],
  [{ config: 'a: 1\nb: ]' }, [], /config.yaml:2: the file: is no YAML/],
  [{ config: 'a: 1\na: 2' }, [], /config.yaml:2: .*unique/],
  [{ config: 'defaults: [{ record: parquet, x: y }]' }, [], /config.yaml:1: defaults = .*takes _self_/],
  [
    { config: 'defaults: [{ record: a }]', 'record/a': 'defaults: [a]' },
    [],
    /record\/a.yaml:1: .*circle: config -> record\/a -> record\/a/,
  ],
  [
    { config: 'defaults: [{ record: parquet }]\na: ${b}\nb: ${a}' },
    [],
    /config.yaml:\d: .*stands for itself: a -> b -> a/,
  ],
  [
    { config: 'defaults: [{ record: parquet }]\nabc: 1\nd: ${abd}' },
    [],
    /config.yaml:3: d = .*there is no abd; did you mean abc\?/,
  ],
  [
    { config: 'defaults: [{ record: parquet }]\nd: ${oc.env:GONE}' },
    [],
    /config.yaml:2: .*no GONE: set it, or give a default/,
  ],
  [{ config: 'defaults: [{ record: parquet }]\nd: ${now:x}' }, [], /there is no \$\{now:...\}/],
  [
    { config: 'defaults: [{ record: parquet }]\nd: ???' },
    [],
    /config.yaml:2: d = "\?\?\?": must be given: d=VALUE/,
  ],
  [{ config: 'a: 1' }, [], /record: takes a group with _target_/],
])('refuses %j with %j, saying where and what else', (texts, overrides, message) => {
  expect(refusal('InvalidConfig', () => compose(texts, { overrides })).message).toMatch(message);
});
