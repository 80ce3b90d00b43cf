import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the main entry loads no package but the one that checks options: no YAML parser, no reader of files', () => {
  const program = fileURLToPath(new URL('./programs/imports.ts', import.meta.url));
  const args = ['--disable-warning=ExperimentalWarning', program];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' }).split('\n')).toEqual(['zod']);
});
