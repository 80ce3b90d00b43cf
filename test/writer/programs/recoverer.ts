// Recovers a run, and says when it begins and when it is done. Killed by the test.
//   node recoverer.ts PATH
import { writeSync } from 'node:fs';
import { recover } from '../../../src/read/index.ts';

const [path] = process.argv.slice(2) as [string];
// Loads and reads all that is needed, so that what comes next is the writing.
await recover(path, { dryRun: true });
writeSync(1, 'begun\n');
await recover(path);
writeSync(1, 'done\n');
// The test kills it here at the latest.
setInterval(() => {}, 1000);
