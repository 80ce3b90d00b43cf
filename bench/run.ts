import { BENCHES } from './benches.ts';

/** Runs one bench and sends its report to the process that asked for it. */
const [name, ...words] = process.argv.slice(2);
const { bench } = await BENCHES[name!]!();
const report = await bench({ quick: words.includes('--quick') });
process.send?.(report);
process.disconnect?.();
