import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/recorder-config.ts';
import { createRecorder } from '../../src/index.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';

it('fills in every default', () => {
  const defaults = {
    backend: 'sqlite',
    directory: 'simulation_data',
    metadata: {},
    flushIntervalMs: 100,
    memoryLimitMb: 100,
    overflow: 'block',
    maxWaitMs: 5000,
    validate: 'fast',
    onFailure: 'continue',
    thread: true,
    options: {},
    countCalls: false,
    sqlite: {
      batchSize: 50,
      transactionMode: 'immediate',
      journalMode: 'WAL',
      synchronous: 'NORMAL',
      cacheSize: 2000,
      connectionTimeout: 30,
    },
  };
  expect(resolveConfig({})).toMatchObject(defaults);
  expect(resolveConfig(undefined)).toMatchObject(defaults);
});

it('takes what is given, and fills in the rest of a group', () => {
  const backend = new URL('file:///backend.js');
  const given = { backend, seed: 7, flushIntervalMs: 0.5, sqlite: { batchSize: 7 } };
  const resolved = resolveConfig(given);
  expect(resolved).toMatchObject({ backend, seed: 7, flushIntervalMs: 0.5 });
  expect(resolved.sqlite).toMatchObject({ batchSize: 7, journalMode: 'WAL' });
});

it('takes a field that is undefined for one that is left out', () => {
  expect(resolveConfig({ path: undefined, flushIntervalMs: undefined, sqlite: undefined })).toMatchObject({
    flushIntervalMs: 100,
    sqlite: { batchSize: 50 },
  });
});

it('hands on a backend object as it is', () => {
  const backend = { open() {}, createTable() {}, write() {}, close() {} };
  expect(resolveConfig({ backend }).backend).toBe(backend);
});

it.each<[config: unknown, key: string, message: RegExp]>([
  [{ backend: 5 }, 'backend', /backend = 5: takes sqlite, parquet, hdf5, none, the URL of a backend module/],
  [{ backend: {} }, 'backend', /takes sqlite, parquet, hdf5, none/],
  [{ path: '' }, 'path', /path = ""/],
  [{ path: 5 }, 'path', /path = 5.*string/],
  [{ directory: '' }, 'directory', /directory = ""/],
  [{ runId: 'a/b' }, 'runId', /runId = "a\/b": takes 1 to 100 letters, digits/],
  [{ runId: '../up' }, 'runId', /runId/],
  [{ runId: '' }, 'runId', /runId = ""/],
  [{ runId: 'x'.repeat(101) }, 'runId', /runId/],
  [{ metadata: 'text' }, 'metadata', /metadata = "text"/],
  [{ seed: Number.NaN }, 'seed', /seed = NaN/],
  [{ flushIntervalMs: 0 }, 'flushIntervalMs', /flushIntervalMs = 0: takes a number of milliseconds above 0/],
  [{ flushIntervalMs: Number.POSITIVE_INFINITY }, 'flushIntervalMs', /flushIntervalMs = Infinity/],
  [{ flushIntervalMs: '100' }, 'flushIntervalMs', /flushIntervalMs = "100".*number/],
  [{ maxRecords: 0 }, 'maxRecords', /maxRecords = 0.*1/],
  [{ maxRecords: 1.5 }, 'maxRecords', /maxRecords = 1.5.*int/],
  [{ memoryLimitMb: -1 }, 'memoryLimitMb', /memoryLimitMb = -1: takes a number of MiB above 0/],
  [{ overflow: 'drop' }, 'overflow', /overflow = "drop".*"block".*"drop-newest".*"error"/],
  [{ maxWaitMs: 0 }, 'maxWaitMs', /maxWaitMs = 0/],
  [{ validate: true }, 'validate', /validate = true.*"fast".*"full"/],
  [{ onFailure: 'ignore' }, 'onFailure', /onFailure = "ignore".*"continue".*"throw"/],
  [{ thread: 'no' }, 'thread', /thread = "no".*boolean/],
  [{ countCalls: 1 }, 'countCalls', /countCalls = 1.*boolean/],
  [{ options: [] }, 'options', /options = array of 0/],
  [{ sqlite: { batchSize: 0 } }, 'sqlite.batchSize', /sqlite.batchSize = 0.*1/],
  [{ sqlite: { batchSize: 10_001 } }, 'sqlite.batchSize', /10001.*10000/],
  [
    { sqlite: { transactionMode: 'IMMEDIATE' } },
    'sqlite.transactionMode',
    /"deferred".*"immediate".*"exclusive"/,
  ],
  [{ sqlite: { journalMode: 'wal' } }, 'sqlite.journalMode', /journalMode = "wal".*"WAL".*"DELETE"/],
  [{ sqlite: { synchronous: 1 } }, 'sqlite.synchronous', /synchronous = 1.*"OFF".*"NORMAL"/],
  [{ sqlite: { cacheSize: '2000' } }, 'sqlite.cacheSize', /cacheSize = "2000".*number/],
  [{ sqlite: { connectionTimeout: -1 } }, 'sqlite.connectionTimeout', /connectionTimeout = -1.*0/],
  [{ sqlite: 5 }, 'sqlite', /sqlite = 5/],
])('refuses %j with the key, the value and what is allowed', (config, key, message) => {
  const error = refusal('InvalidConfig', () => resolveConfig(config));
  expect(error.message).toMatch(message);
  const value = key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], config);
  expect(error.fields).toEqual({ key, value });
});

it.each<[unknown, string, RegExp]>([
  [
    { flushInterval: 5 },
    'flushInterval',
    /flushInterval = 5: there is no such option; did you mean flushIntervalMs\? there are /,
  ],
  [
    { sqlite: { batch_size: 5 } },
    'sqlite.batch_size',
    /there is no such option; did you mean batchSize\? there are batchSize, transactionMode/,
  ],
])('refuses an option that there is not, and says which there are: %j', (config, key, message) => {
  const error = refusal('InvalidConfig', () => resolveConfig(config));
  expect(error.message).toMatch(message);
  expect(error.fields).toEqual({ key, value: 5 });
});

it.each([5, 'sqlite', [], true])('refuses %j, which is no configuration', (config) => {
  const error = refusal('InvalidConfig', () => resolveConfig(config));
  expect(error.message).toMatch(/the configuration/);
});

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

it.each<[string, unknown]>([
  ['a function', { reward: () => 1 }],
  ['a symbol', { tag: Symbol('s') }],
  ['itself', cyclic],
])('refuses a configuration of the simulation that cannot be kept: one that holds %s', async (_, value) => {
  const directory = scratch();
  const base = { directory, thread: true };
  expect(
    (await rejection('InvalidConfig', createRecorder({ ...base, configuration: value }))).fields.key,
  ).toMatch(/^configuration/);
  const metadata = { value };
  expect((await rejection('InvalidConfig', createRecorder({ ...base, metadata }))).fields.key).toMatch(
    /^metadata/,
  );
  expect(readdirSync(directory)).toEqual([]);
});

it('refuses before anything is opened', async () => {
  const directory = scratch();
  await rejection('InvalidConfig', createRecorder({ directory, sqlite: { batchSize: 0 } }));
  expect(readdirSync(directory)).toEqual([]);
});
