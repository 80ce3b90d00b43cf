/**
 * Damages copies of a recording and reads them: `node attack.ts RECORDING FOLDER SEED FIRST COUNT`. Prints a line of JSON before and
 * after each case, so that whoever started it knows which one it is at when it hangs or dies.
 */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { H5Library } from '../../../../src/read/hdf5/library.ts';
import { seeded } from '../../../lanes/random.ts';
import { damage } from '../damage.ts';
import { readAll } from '../read-all.ts';

const [recording, folder, seed, first, count] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const copy = join(folder, basename(recording));
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

// Small files: a call that takes longer goes round in circles.
H5Library.patienceMs = 1500;

function copyFresh(): void {
  for (const ending of ['', '.journal', '-wal', '-shm']) {
    rmSync(copy + ending, { recursive: true, force: true });
    if (existsSync(recording + ending)) cpSync(recording + ending, copy + ending, { recursive: true });
  }
}

copyFresh();
const right = await readAll(copy, false);
say({ right });
for (let number = Number(first); number < Number(first) + Number(count); number++) {
  copyFresh();
  const random = seeded(Number(seed) * 7919 + number);
  const what = damage(copy, random);
  say({ number, what });
  const outcomes = await readAll(copy, number % 8 === 0);
  const odd: Record<string, string> = {};
  for (const [call, outcome] of Object.entries(outcomes)) {
    if (outcome.startsWith('untyped')) odd[call] = outcome;
    else if (/^[A-Z]\w+$/.test(outcome) || call === 'verify' || outcome === right[call]) continue;
    else odd[call] = 'other';
  }
  const tags = Object.values(outcomes).filter((one) => /^[A-Z]\w+$/.test(one));
  say({ number, odd, tags: [...new Set(tags)], rss: Math.round(process.memoryUsage.rss() / 2 ** 20) });
}
