import { BENCHES } from './benches.ts';

/** Runs one bench and sends its report to the process that asked for it. */
const [name, ...words] = process.argv.slice(2);
const { bench } = await BENCHES[name!]!();
const rows = words.find((word) => word.startsWith('--rows='))?.slice('--rows='.length);
const scale = { quick: words.includes('--quick'), ...(rows === undefined ? {} : { rows: Number(rows) }) };
const report = await bench(scale);
process.send?.(report);
process.disconnect?.();
