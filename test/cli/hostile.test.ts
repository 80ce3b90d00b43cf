import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KINDS, make } from '../read/hostile/recordings.ts';
import { Cli } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);
const overwritten = (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 90, bytes.length - 10);

/** What is done to the file that says what a recording is. */
const DAMAGED = [
  ['sqlite', 'flight.db', overwritten],
  ['parquet', 'flight/run.json', cut],
  ['hdf5', 'flight.h5', cut],
] as const;

beforeAll(() => {
  for (const [kind, name, damage] of DAMAGED) {
    make(cli.path('all', kind), kind);
    const file = cli.path('all', kind, name);
    writeFileSync(file, damage(readFileSync(file)));
  }
});

/** Nothing of where in the program it happened. */
const STACK = /\n {4}at |node:internal|SimtapeError|TypeError|RangeError/;

it.each(DAMAGED)('tells in one line that a recording is damaged (%s)', async (kind) => {
  const path = cli.path('all', kind, KINDS[kind].name);
  const commands = [
    ['info', path],
    ['sql', path, 'SELECT count(*) FROM steps'],
    ['verify', path],
  ];
  for (const { code, stdout, stderr } of await Promise.all(commands.map((args) => cli.run(args)))) {
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(STACK);
    expect(stderr.split('\n').length).toBeLessThanOrEqual(2);
    expect(stdout + stderr).toContain(KINDS[kind].name);
  }
});

it('lists damaged recordings with the others', async () => {
  const { code, stdout } = await cli.run(['ls', cli.path('all')]);
  expect(code).toBe(0);
  expect(stdout).toContain('3 recordings cannot be read');
  expect(stdout).not.toMatch(STACK);
});
