import { expect, it } from 'vitest';
import type { BackendConfig } from '../../src/index.ts';
import { testBackend } from '../../src/testing/index.ts';
import { type Mistakes, Mutant, type Storage } from './mutants.ts';

/** Runs the suite on a mutant, and gives the tests that failed, with what they say. */
async function failuresOf(mistakes: Mistakes): Promise<Map<string, string>> {
  const storage: Storage = new Map();
  const mutants = new Map<string, Mutant>();
  const tests: [string, () => Promise<void>][] = [];
  testBackend(
    {
      name: 'mutant',
      backend: ({ path }: BackendConfig) => {
        const mutant = new Mutant(storage, path!, mistakes);
        mutants.set(path!, mutant);
        return mutant;
      },
      can: { exact: true, abandon: true, live: true, reopen: true, references: false },
      freshPath: () => `place ${mutants.size}`,
      read: (path, runId) => {
        const runs = storage.get(path)!;
        const isLast = [...runs.keys()].at(-1) === runId;
        const tables = isLast ? mutants.get(path)!.visible() : runs.get(runId)!.tables;
        return Object.fromEntries(
          [...tables].map(([name, { rows }]) => [name, rows.map((row) => ({ ...row }))]),
        );
      },
      endOf: (path, runId) => storage.get(path)!.get(runId)!.end,
    },
    { describe: (_, body) => body(), test: (name, body) => tests.push([name, body]) },
  );
  const failures = new Map<string, string>();
  for (const [name, body] of tests) {
    await body().catch((error: Error) => failures.set(name, error.message));
  }
  return failures;
}

it('passes a backend that makes no mistakes', async () => {
  expect(await failuresOf({})).toEqual(new Map());
});

it.each<[keyof Mistakes, string, RegExp]>([
  ['dropsRow', 'rows come in the order', /state has \d+ rows, not 20000/],
  ['losesSignedZero', 'every kind of value', /^v in row 1 of kind_f64 is 0, not -0$/],
  [
    'roundsWide',
    'every kind of value',
    /^v in row 2 of kind_i64 is 9007199254740992n, not 9007199254740993n$/,
  ],
  ['textEndsAtZero', 'every kind of value', /kind_utf8/],
  ['reverses', 'rows come in the order', /^id in row 0 of state is /],
  ['ignoresLateColumns', 'columns that come later', /^wind_x in row 1 of steps is undefined, not 1$/],
  ['replacesKeys', 'rows of a key', /of episodes is null, not /],
  ['keepsFailed', 'a write that failed', /rows, not/],
  ['swallowsErrors', 'a write that failed', /write answered although a value could not be read/],
  ['keepsAbandoned', 'parts that were taken back', /rows, not/],
  ['showsOpen', 'nothing of a commit is seen', /can be seen: 1 of /],
  ['readsLate', 'every kind of value', / is /],
  ['neverEnds', 'close ends the run', /the run ended at null/],
  ['alwaysEnds', 'close ends the run', /the end of a run that lost rows is .*, not null/],
  ['repeatsIds', 'another run is stored', /the number of different ids of state is 2, not 4/],
  ['takesOtherTypes', 'a table of the same name', /createTable gives null, not SchemaMismatch/],
])('fails one that %s', async (mistake, test, message) => {
  const failures = await failuresOf({ [mistake]: true });
  const [, found] = [...failures].find(([name]) => name.startsWith(test)) ?? [];
  expect(found, [...failures].join('\n')).toMatch(message);
});
