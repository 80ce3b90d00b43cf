import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli } from './support/cli.ts';

const cli = new Cli();
const FILE = 'data/flight.h5';
afterAll(() => cli[Symbol.dispose]());
beforeAll(async () => {
  await cli.run(['record', 'plume', '--episodes', '2', '--steps', '20', '--path', FILE]);
});

describe('an HDF5 recording on the command line', () => {
  it('is what a path that ends in .h5 makes: one file, without a journal', () => {
    expect(existsSync(cli.path(FILE))).toBe(true);
    expect(existsSync(cli.path(`${FILE}.journal`))).toBe(false);
  });

  it('is one file a run in the folder, where it is named as the backend', async () => {
    const args = ['record', 'plume', '--episodes', '1', '--steps', '5', '--backend', 'hdf5', '--out', 'more'];
    const { path, backend } = await cli.json<{ path: string; backend: string }>(args);
    expect(backend).toBe('hdf5');
    expect(path).toMatch(/more\/run_\w+\.h5$/);
  });

  it('is listed, shown, verified and asked like any other', async () => {
    const { stdout: listed } = await cli.run(['ls', 'data']);
    expect(listed).toMatch(/plume +hdf5 +2 +40 .* ended +data\/flight\.h5/);
    const { stdout: shown } = await cli.run(['info', FILE]);
    expect(shown).toMatch(/\(hdf5, .*1 run, 2 tables\)/);
    const { stdout: verified, code } = await cli.run(['verify', FILE]);
    expect([code, verified]).toEqual([0, expect.stringContaining('all is well')]);
    const { stdout: answer } = await cli.run([
      'sql',
      FILE,
      'SELECT count(*) AS n FROM steps',
      '--format',
      'csv',
    ]);
    expect(answer).toBe('n\r\n40\r\n');
    const { stdout: recovered } = await cli.run(['recover', FILE]);
    expect(recovered).toMatch(/nothing to do/);
  });
});
