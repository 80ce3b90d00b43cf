/** Records a small run of every kind, and closes it or is killed: `node make.ts BACKEND PATH close|kill`. */
import { createRecorder } from '../../../../src/index.ts';
import { CONFIG, simulate } from '../../matrix/simulate.ts';

const [backend, path, end] = process.argv.slice(2) as [string, string, string];
const recorder = await createRecorder({
  ...CONFIG,
  parquet: { rowGroupValues: 600, maxFileRows: 60 },
  hdf5: { chunkSize: 16 },
  backend,
  path,
});
await simulate(recorder, 48);
if (end === 'kill') process.kill(process.pid, 'SIGKILL');
await recorder.close();
