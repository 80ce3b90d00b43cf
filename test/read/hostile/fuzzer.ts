/**
 * Reads damaged copies of a recording: `node fuzzer.ts KIND FOLDER SCRATCH SEED FROM TO`. Says on standard output, one
 * line of JSON each, which case it begins and what came of it, so that a crash can be told from the last line.
 */
import { cpSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { damage } from './damage.ts';
import { Random } from './random.ts';
import { digests, readAll } from './read-all.ts';
import { KINDS, type Kind } from './recordings.ts';

const [kind, template, scratch, seed, from, to] = process.argv.slice(2) as [Kind, ...string[]];
const { name } = KINDS[kind];
const say = (line: unknown) => writeSync(1, `${JSON.stringify(line)}\n`);

process.on('unhandledRejection', (reason) => {
  say({ untyped: `unhandled rejection: ${(reason as Error)?.stack ?? reason}` });
});

const healthy = await digests(join(template!, name));
for (let number = Number(from); number < Number(to); number++) {
  const random = new Random(Number(seed) + number);
  const folder = join(scratch!, `case-${number}`);
  cpSync(template!, folder, { recursive: true, verbatimSymlinks: true });
  const damages = damage(folder, random);
  say({ case: number, damages: damages.map(({ file, what }) => `${basename(file)}: ${what}`) });
  const path = join(folder, name);
  const started = process.cpuUsage();
  const outcomes = await readAll(
    path,
    kind,
    random,
    healthy,
    damages.map(({ file }) => file),
  );
  const { user, system } = process.cpuUsage(started);
  say({
    done: number,
    outcomes,
    cpu: Math.round((user + system) / 1000),
    rss: process.resourceUsage().maxRSS >> 10,
  });
  rmSync(folder, { recursive: true, force: true });
}
