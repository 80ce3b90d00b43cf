// Records until the file takes no more, and prints what it came to. For a limit on the size of files (ulimit -f).
//   node until-full.ts PATH
import { createRecorder, defineTable, f64, isSimtapeError } from '../../../src/index.ts';

// With the signal handled, a write beyond the limit fails with EFBIG and does not end the process.
process.on('SIGXFSZ', () => {});

const recorder = await createRecorder({ path: process.argv[2]!, flushIntervalMs: 5 });
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
