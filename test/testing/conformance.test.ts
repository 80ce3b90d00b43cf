import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { resolveConfig } from '../../src/config/recorder-config.ts';
import { openRecording } from '../../src/read/index.ts';
import { type Capabilities, readRows, testBackend } from '../../src/testing/index.ts';
import { BACKENDS, type Backend, ENDINGS } from '../read/backends.ts';

const folder = mkdtempSync(join(tmpdir(), 'simtape-conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CAN: Readonly<Record<Backend, Capabilities>> = {
  sqlite: { abandon: true, live: true, reopen: true, references: true },
  parquet: { abandon: true, live: true, reopen: false, references: false },
  hdf5: { abandon: true, live: true, reopen: false, references: false },
};

let paths = 0;

for (const backend of BACKENDS) {
  testBackend(
    {
      name: backend,
      backend,
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
