import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratch } from '../backends/scratch.ts';

const page = readFileSync(new URL('../../docs/reading.md', import.meta.url), 'utf8');
const sources: Readonly<Record<string, string>> = {
  simtape: '../../src/index.ts',
  'simtape/read': '../../src/read/index.ts',
};

it('runs as it stands, and prints what it says', () => {
  const blocks = Array.from(page.matchAll(/^```ts\n(.*?)^```$/gms), ([, block]) => block!);
  const text = blocks.join('\n');
  const program = text.replaceAll(/ from '(simtape[^']*)'/g, (_, name: string) => {
    const url = new URL(sources[name]!, import.meta.url);
    return ` from ${JSON.stringify(url.href)}`;
  });
  const folder = scratch();
  const file = join(folder, 'reading.ts');
  writeFileSync(file, program);
  const printed = execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });
  const wanted = Array.from(text.matchAll(/\/\/ → (.*)$/gm), ([, line]) => line);
  expect(wanted.length).toBeGreaterThan(10);
  expect(printed.trim().split('\n')).toEqual(wanted);
});
