import { describe, expect, it } from 'vitest';
import { placeRun, templateProblem } from '../../../src/backends/parquet/directory-template.ts';
import { Layout } from '../../../src/backends/parquet/layout.ts';
import { DEFAULT_PATTERNS } from '../../../src/backends/parquet/options.ts';
import { NamePattern, patternProblem } from '../../../src/backends/parquet/pattern.ts';
import fc from '../../support/fast-check.ts';

describe('a file pattern', () => {
  it.each([
    ['trajectory_ep_{episode_id:06d}.parquet', { episode_id: 7 }, 'trajectory_ep_000007.parquet'],
    [
      'trajectory_ep_{episode_id:06d}.parquet',
      { episode_id: 7, part: 2 },
      'trajectory_ep_000007-000002.parquet',
    ],
    ['{run_id}.{episode_id}.parquet', { run_id: 'a.b', episode_id: 12 }, 'a.b.12.parquet'],
    ['{table}-{part:06d}.parquet', { table: 'body', part: 1 }, 'body-000001.parquet'],
    ['{table}-{part:06d}.parquet', { table: 'body', part: 1_234_567 }, 'body-1234567.parquet'],
    ['p{part}_{episode_id:02d}.parquet', { part: 3, episode_id: 123 }, 'p3_123.parquet'],
  ])('%s makes of %j %s, and back', (text, values, name) => {
    const pattern = new NamePattern(text);
    expect(pattern.format(values)).toBe(name);
    expect(pattern.parse(name)).toMatchObject(values);
  });

  it('gives back what it was made from', () => {
    const pattern = new NamePattern('{table}_{episode_id:03d}.parquet');
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z_][a-z_]{0,8}$/),
        fc.nat(),
        fc.integer({ min: 1, max: 99 }),
        (table, episode_id, part) => {
          expect(pattern.parse(pattern.format({ table, episode_id, part }))).toMatchObject({
            table,
            episode_id,
            part,
          });
        },
      ),
    );
  });

  it.each([
    'trajectory_ep_7.parquet',
    'trajectory_ep_000007.parquet.tmp',
    '.trajectory_ep_000007.parquet.tmp',
    'x.parquet',
  ])('does not take %s for its own', (name) => {
    expect(new NamePattern('trajectory_ep_{episode_id:06d}.parquet').parse(name)).toBeNull();
  });

  it.each([
    ['a.csv', /must be the name of a .parquet file/],
    ['../a.parquet', /without folders/],
    ['.a.parquet', /without a dot in front/],
    ['a{episode}.parquet', /has \{episode\}; it takes \{episode_id\}/],
    ['a{.parquet', /a brace/],
  ])('%s is refused', (text, why) => {
    expect(patternProblem(text, ['episode_id'])).toMatch(why);
  });
});

describe('a directory template', () => {
  it.each([
    ['{base_directory}/runs/{run_id}/episodes', '/data/runs/r1', 'episodes'],
    ['{base_directory}/{run_id}', '/data/r1', ''],
    ['/fast/{run_id}_x/a/b', '/fast/r1_x', 'a/b'],
  ])('%s puts a run into %s, and its episodes into "%s"', (template, folder, episodesFolder) => {
    expect(placeRun(template, '/data', 'r1')).toEqual({ folder, episodesFolder });
  });

  it.each([
    ['{base_directory}/runs', /must have \{run_id\}/],
    ['{base}/{run_id}', /takes \{base_directory\} and \{run_id\}/],
    ['{base_directory}/{run_id}/../x', /must not go up/],
    ['{base_directory}/{run_id}/journal', /called journal/],
  ])('%s is refused', (template, why) => {
    expect(templateProblem(template)).toMatch(why);
  });
});

describe('a layout', () => {
  const layout = new Layout({ episodesFolder: 'episodes', patterns: DEFAULT_PATTERNS }, 'r1');

  it.each([
    [{ table: 'steps', episode: 3, part: 1 }, 'episodes/trajectory_ep_000003.parquet'],
    [{ table: 'steps', episode: 3, part: 2 }, 'episodes/trajectory_ep_000003-000002.parquet'],
    [{ table: 'episodes', episode: 3, part: 1 }, 'episodes/episode_summary_ep_000003.parquet'],
    [{ table: 'body', episode: null, part: 12 }, 'tables/body-000012.parquet'],
  ])('names the file of %j %s, and tells it from the name', (content, path) => {
    expect(layout.fileOf(content)).toBe(path);
    expect(layout.contentOf(path)).toEqual(content);
  });

  it.each([
    'run_metadata.parquet',
    'run_statistics.parquet',
    'run.json',
    'tables/trajectory_ep_000003.parquet',
    'journal/journal-00000001.log',
  ])('knows that %s is no file of rows', (path) => {
    expect(layout.contentOf(path)).toBeNull();
  });

  it('tells the run’s own files from those of episodes in the same folder', () => {
    const flat = new Layout(
      { episodesFolder: '', patterns: { ...DEFAULT_PATTERNS, trajectory: 'run_{run_id}.parquet' } },
      'metadata',
    );
    expect(flat.contentOf('run_metadata.parquet')).toBeNull();
  });
});
