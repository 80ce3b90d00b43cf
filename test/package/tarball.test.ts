import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'simtape-package-'));
const project = join(folder, 'project');
const installed = join(project, 'node_modules', 'simtape');

const run = (command: string, args: string[], cwd = project) =>
  spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 500_000 });

// The tarball is packed and installed as a user would, in a project that has nothing else.
beforeAll(() => {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const dist = join(folder, 'package', 'dist');
  mkdirSync(dist, { recursive: true });
  execFileSync(tsc, ['-p', 'tsconfig.build.json', '--outDir', dist], { cwd: root });
  for (const name of ['bin', 'conf', 'README.md', 'LICENSE', 'CHANGELOG.md', 'package.json']) {
    execFileSync('cp', ['-r', join(root, name), join(folder, 'package')]);
  }
  const packed = run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--loglevel=error'],
    join(folder, 'package'),
  );
  expect(packed.status, packed.stderr).toBe(0);
  const names = Object.values(JSON.parse(packed.stdout) as Record<string, { filename: string }>);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
  const tarball = join(folder, 'package', names[0]!.filename);
  const done = run('npm', [
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
    tarball,
  ]);
  expect(done.status, done.stderr).toBe(0);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed tarball, installed in an empty project', () => {
  // The code of the README, which records flight.db.
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))![1]!;
  beforeAll(() => {
    writeFileSync(join(project, 'flight.ts'), code);
    const done = run(process.execPath, ['flight.ts']);
    expect(done.status, done.stderr).toBe(0);
  });

  it('records and lists by its command', () => {
    const bin = join(installed, 'bin', 'simtape.js');
    const recorded = run(process.execPath, [
      bin,
      'record',
      'plume',
      '--episodes',
      '1',
      '--steps',
      '20',
      '--json',
    ]);
    expect(recorded.status, recorded.stderr).toBe(0);
    const { path, tables } = JSON.parse(recorded.stdout) as {
      path: string;
      tables: { steps: { written: number } };
    };
    expect(tables.steps.written).toBeGreaterThan(0);
    const listed = run(process.execPath, [bin, 'ls', '--json']);
    expect(listed.stdout).toContain('plume');
    expect(run(process.execPath, [bin, 'info', path]).stdout).toContain('steps');
  });

  it('runs the code of the README, and reads it back', () => {
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(16);
    writeFileSync(
      join(project, 'read.ts'),
      `import { openRecording } from 'simtape/read';
       using recording = await openRecording('flight.db');
       const tables = recording.tables().map(({ name, rows }) => [name, rows]);
       console.log(JSON.stringify(Object.fromEntries(tables)));`,
    );
    const read = run(process.execPath, ['read.ts']);
    expect(read.status, read.stderr).toBe(0);
    const rows = JSON.parse(read.stdout) as Record<string, number>;
    expect(Object.values(rows).every((count) => count > 0)).toBe(true);
    expect(Object.keys(rows).length).toBeGreaterThan(1);
  });

  it('exports and converts what was recorded', () => {
    writeFileSync(
      join(project, 'export.ts'),
      `import { convertRecording, exportRecording } from 'simtape/export';
       import { openRecording } from 'simtape/read';
       await exportRecording('flight.db', 'table.csv', { tables: ['simulation_frame'] });
       await convertRecording('flight.db', 'arrow', { format: 'arrow' });
       using recording = await openRecording('arrow');
       console.log(recording.format);`,
    );
    const done = run(process.execPath, ['export.ts']);
    expect(done.stdout, done.stderr).toBe('arrow\n');
    expect(readFileSync(join(project, 'table.csv'), 'utf8')).toMatch(
      /^id,simulation_time,wall_clock_time\n1,/,
    );
  });

  it('has the worlds, and types for every entry point', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      exports: Record<string, { types?: string }>;
    };
    for (const [entry, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string') continue;
      expect(readFileSync(join(installed, target.types!), 'utf8').length, entry).toBeGreaterThan(0);
    }
    const code = "import { runPlume } from 'simtape/worlds/plume'; console.log(typeof runPlume)";
    expect(run(process.execPath, ['--input-type=module', '-e', code]).stdout.trim()).toBe('function');
  });

  it('asserts under node --test, as the documentation does', () => {
    const page = readFileSync(join(root, 'docs', 'testing.md'), 'utf8');
    writeFileSync(join(project, 'swing.test.ts'), /```ts\n([\s\S]*?)```/.exec(page)![1]!);
    const done = run(process.execPath, ['--test', 'swing.test.ts']);
    expect(done.status, done.stdout).toBe(0);
    expect(done.stdout).toContain('a ball that swings keeps its energy');
  });

  it("runs the conformance suite on a backend of the user's, on the writer's thread", () => {
    const example = readFileSync(join(root, 'examples', 'ndjson-backend.ts'), 'utf8');
    writeFileSync(join(project, 'mine.ts'), example.replace('../src/index.ts', 'simtape'));
    writeFileSync(
      join(project, 'mine.test.ts'),
      `import { describe, test } from 'node:test';
       import { testBackend } from 'simtape/testing';
       testBackend(
         {
           name: 'mine',
           backend: new URL('./mine.ts', import.meta.url),
           can: { exact: false, abandon: false, live: false, reopen: false, references: false },
           freshPath: () => 'mine.ndjson',
           read: () => ({}),
         },
         { describe, test: (name, body) => name.startsWith('a run without rows') && test(name, body) },
       );`,
    );
    const done = run(process.execPath, ['--test', 'mine.test.ts']);
    expect(done.status, done.stdout).toBe(0);
    expect(done.stdout).toContain('a run without rows can be closed and read');
    expect(readFileSync(join(project, 'mine.ndjson'), 'utf8')).toContain('{"end":');
  });
});

describe('the command under too old a Node', () => {
  const old = spawnSync('node', ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: systemPath() },
  });
  const major = Number(/^v(\d+)/.exec(old.stdout ?? '')?.[1] ?? 0);

  it.runIf(major > 0 && major < 24)('says so in one line', () => {
    const bin = join(root, 'bin', 'simtape.js');
    const done = spawnSync('node', [bin, 'ls'], {
      encoding: 'utf8',
      env: { ...process.env, PATH: systemPath() },
    });
    expect(done.status).toBe(1);
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
    expect(done.stderr).toMatch(/needs Node 24 or newer and this is/);
  });
});

/** The PATH without this repository's own Node. */
function systemPath(): string {
  return (process.env.PATH ?? '')
    .split(':')
    .filter((part) => !part.includes('node_modules'))
    .join(':');
}
