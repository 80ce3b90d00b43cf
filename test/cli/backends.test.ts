import { afterAll, expect, it } from 'vitest';
import { Cli } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

it('lists the backends, and whether they can be used', async () => {
  const { backends } = await cli.json<{ backends: unknown[] }>(['backends']);
  expect(backends).toEqual(['parquet', 'hdf5', 'sqlite', 'none'].map((name) => ({ name, available: true })));
  const { stdout, stderr } = await cli.run(['backends']);
  expect(stderr).toBe('');
  expect(stdout).toMatch(
    /^backend +available +why not\n─.*\nparquet +yes\nhdf5 +yes\nsqlite +yes\nnone +yes\n$/,
  );
});
