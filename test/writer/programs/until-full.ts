// Records until the file takes no more, and prints what it came to. For a limit on the size of files (ulimit -f), or of
// the file system.
//   node until-full.ts PATH sqlite|parquet|hdf5
import { createRecorder, defineTable, f64, isSimtapeError } from '../../../src/index.ts';

// With the signal handled, a write beyond the limit fails with EFBIG and does not end the process.
process.on('SIGXFSZ', () => {});

const [path, backend] = process.argv.slice(2) as [string, string];
const recorder = await createRecorder({
  path,
  backend,
  flushIntervalMs: 5,
  // Files are written all the time, so that any of them may be the one that finds no room.
  parquet: { compression: 'none', journalBytes: 300_000, rowGroupValues: 20_000 },
  hdf5: { compression: 'none', journalBytes: 300_000 },
});
const errors: string[] = [];
recorder.on('error', (error) => errors.push(error.message));
const table = recorder.table(defineTable('sample', { value: f64() }));
let confirmed = 0;
let failure = '';
for (let value = 0; value < 1_000_000 && failure === ''; ) {
  for (const end = value + 5000; value < end; value++) table.append({ value });
  try {
    await recorder.flush();
    confirmed = value;
  } catch (error) {
    if (!isSimtapeError(error, 'WriteFailed')) throw error;
    failure = error.message;
  }
}
const closing = await recorder.close().then(
  () => 'closed',
  (error: Error) => error.message,
);
const { sample } = recorder.metrics().tables;
process.stdout.write(JSON.stringify({ confirmed, failure, errors, closing, sample }));
