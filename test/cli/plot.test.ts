import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());
beforeAll(async () => {
  await cli.run(['record', 'plume', '--episodes', '3', '--steps', '40', '--seed', '1', '--path', 'plume.db']);
});

describe('simtape plot', () => {
  it('draws on standard output, without colours where that is no terminal', async () => {
    const { code, stdout, stderr } = await cli.run(['plot', 'plume.db']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^plume: trajectories, episodes 1 to 3\nrun_\w+ · steps · 120 rows\n○ start/);
    expect(stdout).toContain('position x → · position y ↑');
    expect(stdout).not.toContain('\u001b');
  });

  it('writes pictures', async () => {
    const [svg, png, piped] = await Promise.all([
      cli.run(['plot', 'plume.db', '--out', 'a.svg', '--episode', '1,3']),
      cli.run(['plot', 'plume.db', '--out', 'a.png', '--width', '400', '--height', '300']),
      cli.run(['plot', 'plume.db', '--out', '-', '--episode', '1-2', '--y', 'reward']),
    ]);
    expect(svg).toMatchObject({ code: 0, stderr: '' });
    expect(svg.stdout).toMatch(/^a\.svg {2}\S+ kB {2}plume: trajectories, episodes 1, 3\n$/);
    expect(readFileSync(cli.path('a.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(png.code).toBe(0);
    expect(readFileSync(cli.path('a.png')).subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(piped.stdout).toMatch(/^<svg [^>]*>\n<title>plume: reward over simulation time, episodes 1 to 2</);
  });

  it('prints what it draws with --json', async () => {
    const drawn = await cli.json<{ lines: { x: number[]; y: number[]; label: string }[] }>([
      'plot',
      'plume.db',
      '--episode',
      '2',
    ]);
    expect(drawn).toMatchObject({
      kind: 'trajectory',
      table: 'steps',
      rows: 40,
      x: { column: 'position_x' },
    });
    expect(drawn.lines.map(({ x, y }) => [x.length, y.length])).toEqual([[40, 40]]);
  });

  it.each([
    [['--out', 'a.jpg'], 2, /--out takes a file that ends in \.svg or \.png, or -, not 'a\.jpg'/],
    [['--width', '500'], 2, /--width and --height are those of a picture; give its name with --out/],
    [['--episode', '3-1'], 2, /--episode takes numbers such as 3 or 1-4,9, not '3-1'/],
    [['--kind', 'pie'], 2, /--kind takes trajectory, series, distribution, not 'pie'/],
    [['--y', 'nope'], 1, /no table has nope/],
    [['--out', 'a.svg', '--width', '9'], 1, /width = 9: takes a whole number of pixels from 240/],
  ] as const)('says what is wrong with %j', async (flags, code, message) => {
    const done = await cli.run(['plot', 'plume.db', ...flags]);
    expect(done).toMatchObject({ code, stdout: '' });
    expect(done.stderr).toMatch(message);
  });

  it('prints nothing where the picture cannot be written', async () => {
    const done = await cli.run(['plot', 'plume.db', '--out', 'nowhere/a.svg', '--json']);
    expect(done).toMatchObject({ code: 1, stdout: '' });
    expect(done.stderr).toMatch(
      /^simtape: cannot write nowhere\/a\.svg: ENOENT.*; choose another place with --out\n$/,
    );
  });

  it('leaves no file where it fails', async () => {
    await cli.run(['plot', 'plume.db', '--out', 'none.svg', '--episode', '99']);
    expect(existsSync(cli.path('none.svg'))).toBe(false);
  });
});
