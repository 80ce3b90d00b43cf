// Records runs into HDF5 files, for hdf5_runs.py to read: one that ended, one that was killed, one that was recovered.
//   node hdf5_runs.ts FOLDER
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRecorder } from '../../src/index.ts';
import { openRecording, recover } from '../../src/read/index.ts';
import { CONFIG, simulate } from '../read/matrix/simulate.ts';

const folder = process.argv[2]!;
const killed = fileURLToPath(new URL('../read/matrix/killed.ts', import.meta.url));

for (const compression of ['gzip', 'lzf', 'none'] as const) {
  const path = join(folder, `${compression}.h5`);
  const recorder = await createRecorder({
    ...CONFIG,
    backend: 'hdf5',
    path,
    hdf5: { compression, chunkSize: 64 },
  });
  await simulate(recorder);
  await recorder.close();
}
spawnSync(process.execPath, [killed, 'hdf5', join(folder, 'killed.h5')]);
copyFileSync(join(folder, 'killed.h5'), join(folder, 'recovered.h5'));
cpSync(join(folder, 'killed.h5.journal'), join(folder, 'recovered.h5.journal'), { recursive: true });
await recover(join(folder, 'recovered.h5'));

/** What our own reader says, as JSON: NaN, nulls and -0 by name. */
using reader = await openRecording(join(folder, 'gzip.h5'));
const expected: Record<string, unknown> = {};
for (const { name } of reader.tables()) expected[name] = await Array.fromAsync(reader.table(name).rows());
writeFileSync(
  join(folder, 'expected.json'),
  JSON.stringify(expected, (_, value) => {
    if (ArrayBuffer.isView(value)) return [...(value as Uint8Array)];
    if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
      return String(value);
    return Object.is(value, -0) ? '-0' : value;
  }),
);
