import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { loadBackend } from '../../src/backends/registry.ts';
import { resolveConfig } from '../../src/config/recorder-config.ts';
import { openRecording } from '../../src/read/index.ts';
import { type Capabilities, readRows, type TestedBackend, testBackend } from '../../src/testing/index.ts';
import { BACKENDS, type Backend, ENDINGS } from '../read/backends.ts';
import { readNdjson } from '../recorders/ndjson.ts';

const folder = mkdtempSync(join(tmpdir(), 'simtape-conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CAN: Readonly<Record<Backend, Capabilities>> = {
  sqlite: { exact: true, abandon: true, live: true, reopen: true, references: true },
  parquet: { exact: true, abandon: true, live: true, reopen: false, references: false },
  hdf5: { exact: true, abandon: true, live: true, reopen: false, references: false },
};

let paths = 0;

for (const backend of BACKENDS) {
  testBackend(
    {
      name: backend,
      // On this thread, which starts faster.
      backend: await loadBackend(backend),
      options: { ...resolveConfig({ backend })[backend] },
      can: CAN[backend],
      freshPath: () => join(folder, `${backend}-${++paths}${ENDINGS[backend]}`),
      read: readRows,
      endOf: async (path, runId) => {
        using reader = await openRecording(path);
        return reader.runs().find((run) => run.runId === runId)!.endTimestamp;
      },
    },
    { describe, test },
  );
}

const EXAMPLE = new URL('../../examples/ndjson-backend.ts', import.meta.url);
const example: Omit<TestedBackend, 'name' | 'backend'> = {
  can: { exact: true, abandon: true, live: true, reopen: false, references: false },
  freshPath: () => join(folder, `${++paths}.ndjson`),
  read: (path) => readNdjson(path).tables,
  endOf: (path) => readNdjson(path).end,
};
testBackend({ ...example, name: 'ndjson', backend: await loadBackend(EXAMPLE.href) }, { describe, test });

/** Starting threads takes long, and what they do is the same: a few tests will do. */
const few = (name: string, body: () => Promise<void>) => {
  if (/in two parts|come later/.test(name)) test(name, body);
};
testBackend({ ...example, name: 'ndjson, by its URL', backend: EXAMPLE }, { describe, test: few });
