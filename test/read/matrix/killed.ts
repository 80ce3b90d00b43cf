/** Records like the others and is killed once all is flushed: `node killed.ts BACKEND PATH`. */
import { createRecorder } from '../../../src/index.ts';
import { CONFIG, simulate } from './simulate.ts';

const [backend, path] = process.argv.slice(2) as [string, string];
await simulate(await createRecorder({ ...CONFIG, backend, path }));
process.kill(process.pid, 'SIGKILL');
