// Recovers a run, and says when it begins and when it is done. Killed by the test.
//   node recoverer.ts PATH
import { writeSync } from 'node:fs';
import { recover } from '../../../src/read/index.ts';

const [path] = process.argv.slice(2) as [string];
writeSync(1, 'begun\n');
await recover(path);
writeSync(1, 'done\n');
// The test kills it here at the latest.
setInterval(() => {}, 1000);
