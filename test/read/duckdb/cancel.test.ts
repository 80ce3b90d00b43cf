import { afterEach, beforeEach, expect, it } from 'vitest';
import { SqlSession } from '../../../src/read/duckdb/session.ts';
import type { SqlRun } from '../../../src/read/duckdb/source.ts';
import type { Run, TableBatch, TableInfo } from '../../../src/read/reader.ts';
import { rejection } from '../../backends/scratch.ts';

const INFO: TableInfo = {
  name: 'sample',
  description: null,
  id: null,
  key: 'x',
  static: false,
  run: 'run_id',
  rows: 1,
  columns: [{ name: 'x', kind: 'f64', nullable: false }],
};

const RUN: Run = {
  runId: 'r',
  startTimestamp: 0,
  endTimestamp: null,
  state: 'ended',
  world: null,
  seed: null,
  configuration: null,
  configurationHash: null,
  metadata: null,
  provenance: {},
  episodes: 0,
  steps: 0,
  frames: 0,
};

/** Batches of a table that has no end; what is done with the third, and whether they were given up. */
let onThird: () => void;
let isGivenUp: boolean;
async function* endless(): AsyncGenerator<TableBatch, void> {
  try {
    for (let batch = 1; ; batch++) {
      if (batch === 3) onThird();
      yield {
        rows: 1,
        columns: { x: { column: INFO.columns[0]!, values: Float64Array.of(batch), nulls: 0 } },
      };
    }
  } finally {
    isGivenUp = true;
  }
}

let session: SqlSession;
beforeEach(() => {
  isGivenUp = false;
  const run: SqlRun = {
    run: RUN,
    path: 'flight.h5',
    format: 'hdf5',
    files: [],
    reads: true,
    tables: [{ info: INFO, parts: async () => ({ files: [], rest: endless() }) }],
  };
  session = new SqlSession('flight.h5', [run]);
});
afterEach(() => session.close());

it('cancels a query while the rows that it needs are read', async () => {
  const controller = new AbortController();
  onThird = () => controller.abort(new Error('enough'));
  const query = session.query('SELECT sum(x) FROM sample', [], { signal: controller.signal });
  await expect(query).rejects.toThrow('enough');
  expect(isGivenUp).toBe(true);
  expect((await session.query('SELECT 1')).rows).toEqual([[1]]);
});

it('ends a query whose rows are read when it is closed', async () => {
  onThird = () => session.close();
  await rejection('ReaderClosed', session.query('SELECT sum(x) FROM sample'));
  expect(isGivenUp).toBe(true);
});
