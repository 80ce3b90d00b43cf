/** Exports and says what came of it, for tests that limit what it may write: `node export.ts SOURCE OUT FORMAT`. */
import { convertRecording, exportRecording } from '../../../src/export/index.ts';
import { isSimtapeError } from '../../../src/index.ts';

// Without a handler the signal of a file that is too large ends the process; with one, the write fails.
process.on('SIGXFSZ', () => {});
const [source, out, format] = process.argv.slice(2) as [string, string, 'csv'];
try {
  if (out.endsWith('/'))
    await convertRecording(source, out, { format: format as 'parquet', overwrite: true });
  else await exportRecording(source, out, { format, overwrite: true });
  console.log('done');
} catch (error) {
  console.log(isSimtapeError(error) ? `${error.tag}: ${error.message}` : String(error));
}
