import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** Damages of each recording; a long run takes SIMTAPE_HOSTILE_CASES=5000 SIMTAPE_HOSTILE_SEED=7. */
const CASES = Number(process.env.SIMTAPE_HOSTILE_CASES ?? 24);
const SEED = Number(process.env.SIMTAPE_HOSTILE_SEED ?? 1);
/** A case that takes longer hangs: one takes a tenth of a second. */
const PATIENCE_MS = 30_000;
/** Most memory of the process that reads, in MB; that of small recordings that are whole is some 150. */
const MOST_MEMORY = 600;

const RECORDINGS = [
  { name: 'sqlite.db', backend: 'sqlite', end: 'close' },
  { name: 'parquet', backend: 'parquet', end: 'close' },
  { name: 'hdf5.h5', backend: 'hdf5', end: 'close' },
  { name: 'journal-of-parquet', backend: 'parquet', end: 'kill' },
  { name: 'journal-of-hdf5.h5', backend: 'hdf5', end: 'kill' },
] as const;

interface Case {
  readonly number: number;
  /** What was done to the recording. */
  readonly what: string;
  /** Calls that gave neither a typed error nor the answer of the whole recording. */
  readonly odd: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly rss: number;
}

const folder = mkdtempSync(join(tmpdir(), 'simtape-hostile-'));
const program = (name: string) => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
beforeAll(() => {
  for (const { name, backend, end } of RECORDINGS) {
    const { status, stderr } = spawnSync(process.execPath, [
      program('make'),
      backend,
      join(folder, name),
      end,
    ]);
    if (end === 'close') expect(status, String(stderr)).toBe(0);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Has a process of its own read damaged copies: it may die or hang, which is a failure that names the case. */
async function attack(name: string): Promise<Case[]> {
  const copies = join(folder, `copies-of-${name}`);
  mkdirSync(copies);
  const args = [program('attack'), join(folder, name), copies, SEED, 0, CASES].map(String);
  const child = spawn(process.execPath, ['--max-old-space-size=256', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const cases: Case[] = [];
  let at = 'reading it whole';
  let hung = false;
  const hang = () => {
    hung = true;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(hang, PATIENCE_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = setTimeout(hang, PATIENCE_MS);
    const said = JSON.parse(line) as Partial<Case> & { right?: Record<string, string> };
    if (said.right !== undefined) {
      // What is whole is read without an error.
      expect(Object.values(said.right).filter((one) => /^([A-Z]\w+|untyped.*)$/.test(one))).toEqual([]);
    } else if (said.what !== undefined) at = `case ${said.number}: ${said.what}`;
    else cases.push({ ...(said as Case), what: at });
  }
  clearTimeout(timer);
  expect(hung, `${name}, ${at}: hangs`).toBe(false);
  expect(cases.length, `${name}, ${at}: the process died`).toBe(CASES);
  return cases;
}

it.each(RECORDINGS)(
  '$name, damaged, gives typed errors or answers, within bounds',
  async ({ name, backend, end }) => {
    const cases = await attack(name);
    const untyped = cases.filter(({ odd }) => Object.values(odd).some((one) => one.startsWith('untyped')));
    expect(untyped).toEqual([]);
    expect(Math.max(...cases.map(({ rss }) => rss))).toBeLessThan(MOST_MEMORY);
    // The damage is found, and not always.
    expect(cases.some(({ tags }) => tags.includes('NotARecording'))).toBe(true);
    expect(cases.some(({ tags }) => tags.length === 0)).toBe(true);
    // Parquet has checksums for all values and HDF5 for all but texts, both not for what is said of the run. SQLite has none,
    // and of a journal the tail may be gone.
    if (end === 'close' && backend !== 'sqlite') {
      const other = cases.flatMap(({ odd, what }) => Object.keys(odd).map((call) => `${call}: ${what}`));
      const unchecked = backend === 'hdf5' ? /^(runs|tables|episodes|frames|an episode|\w+ rows): / : /^(runs|tables): /;
      expect(other.filter((one) => !unchecked.test(one))).toEqual([]);
    }
  },
  600_000,
);
