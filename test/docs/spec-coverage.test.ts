import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PAGE = fileURLToPath(new URL('../../docs/spec-coverage.md', import.meta.url));
const page = readFileSync(PAGE, 'utf8');

/** Places that links lead to, on this page or in other files of the repository. */
const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)]
  .map(([, link]) => link!)
  .filter((link) => !/^https?:/.test(link));

function fileOf(link: string): string {
  const [path = ''] = link.split('#');
  return path === '' ? PAGE : resolve(dirname(PAGE), path);
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(file: string): string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll('`', '')
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Quoted names of tests, each with the test file that was named last. */
function quotedTests(): { file: string; name: string }[] {
  const found: { file: string; name: string }[] = [];
  let file: string | null = null;
  for (const whole of page.split('\n')) {
    // The first cell of a row says what is asked for, in words of the specification.
    const line = whole.startsWith('|') ? whole.slice(whole.indexOf('|', 1)) : whole;
    for (const [, link, name] of line.matchAll(/\]\(([^)\s]+\.ts)\)|"([^"]+)"/g)) {
      if (link !== undefined && /\.(test|test-d)\.ts$/.test(link)) file = fileOf(link);
      if (name !== undefined && file !== null) found.push({ file, name });
    }
  }
  return found;
}

it('every file that the page names exists', () => {
  const missing = links.filter((link) => !existsSync(fileOf(link)));
  expect(missing).toEqual([]);
  expect(links.length).toBeGreaterThan(150);
});

it('every heading that the page names exists', () => {
  const missing = links.filter((link) => {
    const [, anchor] = link.split('#');
    return anchor !== undefined && !anchorsOf(fileOf(link)).includes(anchor);
  });
  expect(missing).toEqual([]);
});

it('every test that the page names is in the file that was named last', () => {
  const tests = quotedTests();
  const missing = tests.filter(({ file, name }) => {
    const source = readFileSync(file, 'utf8').replaceAll("\\'", "'");
    return !source.includes(name);
  });
  const root = join(dirname(PAGE), '..');
  expect(missing.map(({ file, name }) => `${file.slice(root.length)}: ${name}`)).toEqual([]);
  expect(tests.length).toBeGreaterThan(100);
});
