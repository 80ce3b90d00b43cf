import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KINDS, type Kind, make } from '../read/hostile/recordings.ts';
import { Cli } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

/** What is done to the file that says what a recording is. */
const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  cut: (bytes) => bytes.subarray(0, bytes.length >> 1),
  overwritten: (bytes) => Buffer.from(bytes).fill(0xff, 90, bytes.length - 10),
};
const FILES: Partial<Record<Kind, string>> = {
  sqlite: 'flight.db',
  parquet: 'flight/run.json',
  hdf5: 'flight.h5',
};
const COMMANDS = (path: string) => [
  ['info', path],
  ['sql', path, 'SELECT count(*) FROM steps'],
  ['verify', path],
];

describe.each(Object.keys(FILES) as Kind[])('a damaged recording on the command line (%s)', (kind) => {
  const whole = cli.path(`${kind}-whole`);
  beforeAll(() => {
    make(whole, kind);
  });

  it.each(Object.keys(DAMAGES))('that was %s is told in one line', async (damage) => {
    const folder = cli.path(`${kind}-${damage}`);
    cpSync(whole, folder, { recursive: true });
    const file = join(folder, FILES[kind]!);
    writeFileSync(file, DAMAGES[damage]!(readFileSync(file)));
    const path = join(folder, KINDS[kind].name);
    const all = await Promise.all(COMMANDS(path).map((args) => cli.run(args)));
    for (const { code, stdout, stderr } of all) {
      expect(code).toBe(1);
      expect(stdout + stderr).not.toMatch(/\n {4}at |node:internal|SimtapeError|TypeError|RangeError/);
      expect(stderr.split('\n').length).toBeLessThanOrEqual(2);
      expect(stdout + stderr).toContain(KINDS[kind].name);
    }
    const { code, stdout } = await cli.run(['ls', folder]);
    expect(code).toBe(0);
    expect(stdout).toContain('cannot be read');
    rmSync(folder, { recursive: true });
  });
});
