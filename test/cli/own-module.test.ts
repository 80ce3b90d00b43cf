import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openRecording, type Run } from '../../src/read/index.ts';
import { Cli, program, root } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

interface Recorded {
  path: string;
  problems: string[];
  tables: Record<string, { submitted: number; written: number }>;
}

async function runOf(path: string): Promise<Run> {
  using recording = await openRecording(path);
  return recording.runs()[0]!;
}

it('records the example, reproducibly', async () => {
  const example = join(root, 'examples', 'bouncing-ball.ts');
  const record = ['record', example, '--steps', '50', '--agents', '2', '--seed', '5'];
  const [one, two] = await Promise.all([cli.json<Recorded>(record), cli.json<Recorded>(record)]);
  expect(one.tables).toMatchObject({
    ball: { submitted: 2, written: 2 },
    simulation_frame: { submitted: 50, written: 50 },
    ball_state: { submitted: 100, written: 100 },
  });
  using a = await openRecording(one.path);
  using b = await openRecording(two.path);
  const rows = await Array.fromAsync(a.table('ball_state').rows());
  expect(rows).toEqual(await Array.fromAsync(b.table('ball_state').rows()));
  // References are filled with the open frame.
  expect(rows.map(({ frame_id }) => frame_id)).toEqual(rows.map((_, i) => Math.floor(i / 2) + 1));
  expect(rows.some(({ bounces }) => Number(bounces) >= 0)).toBe(true);
});

it('hands over the options that were given, and no others', async () => {
  const plain = await cli.run(['record', program('chatty.ts')]);
  expect(plain.stdout).toContain('options {} false\n');
  expect(plain.stderr).toBe('to stderr\n');
  const given = await cli.run([
    'record',
    program('chatty.ts'),
    '--episodes',
    '3',
    '--steps',
    '4',
    '--agents',
    '5',
    '--seed',
    '0',
  ]);
  expect(given.stdout).toContain('options {"episodes":3,"steps":4,"agents":5,"seed":0} false\n');
});

it('keeps what the simulation prints out of the one JSON object', async () => {
  const { stdout, stderr } = await cli.run(['record', program('chatty.ts'), '--json']);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const { path } = JSON.parse(stdout) as Recorded;
  expect(stderr.split('\n').sort()).toEqual(['', 'options {} false', 'to stderr']);
  expect(await runOf(path)).toMatchObject({ world: 'chatty', seed: null, configuration: {} });
});

it('keeps what was recorded before a simulation throws', async () => {
  const { code, stdout, stderr } = await cli.run(['record', program('half-way.ts'), '--path', 'half.db']);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^simtape: \S+half-way\.ts failed: RangeError: the robot fell over \(\S+half-way\.ts:12:9\)/,
  );
  expect(stderr).toMatch(/; 41 rows are safe in half\.db\n$/);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toContain('did not finish');
  expect(await runOf(cli.path('half.db'))).toMatchObject({ state: 'ended', steps: 40 });
});

it('names the place where a row was refused', async () => {
  cli.write('wrong.mjs', 'export default (recorder) => {\n  recorder.recordStep({ reward: 1 }, -5);\n};\n');
  const { code, stderr } = await cli.run(['record', './wrong.mjs']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/step_number is -5; it takes an integer from 0 on \(wrong\.mjs:2:12\)/);
});

it('keeps what was recorded when a callback throws, the process is ended, or nothing more comes', async () => {
  const step = 'export default async (recorder) => { recorder.recordStep({ reward: 1 }, 0);';
  cli.write(
    'callback.mjs',
    `${step} setTimeout(() => { throw new Error('too late') }); await new Promise(() => setInterval(() => {}, 1e6)); }`,
  );
  cli.write('exits.mjs', `${step} process.exit(7); }`);
  cli.write('never.mjs', `${step} await new Promise(() => {}); }`);
  const cases: [string, number, RegExp][] = [
    ['callback.mjs', 1, /callback\.mjs failed: too late \(callback\.mjs:1:\d+\); 2 rows are safe/],
    ['exits.mjs', 7, /called process\.exit\(7\); 2 rows are safe/],
    ['never.mjs', 1, /waits for something that never comes; 2 rows are safe/],
  ];
  await Promise.all(
    cases.map(async ([file, exitCode, message]) => {
      const { code, stdout, stderr } = await cli.run(['record', file, '--json']);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(code).toBe(exitCode);
      const { path, problems, tables } = JSON.parse(stdout) as Recorded;
      expect(problems).toHaveLength(1);
      expect(tables.steps).toMatchObject({ submitted: 1, written: 1 });
      expect(await runOf(path)).toMatchObject({ state: 'ended', steps: 1 });
    }),
  );
});

it('says in one line why a module cannot be used, and begins no recording', async () => {
  cli.write('nothing.mjs', 'export const simulate = 1;');
  cli.write('text.mjs', 'export default "text";');
  cli.write('import.mjs', "import 'not-there';");
  cli.write('syntax.mjs', 'export default () => {\n  const = 1;\n}');
  cli.write('syntax.ts', '\nexport default (a: number) => {\n  const = 1;\n}');
  cli.write('enum.ts', '\nenum A { a }\nexport default () => {}');
  cli.write('load.mjs', "\nthrow new Error('at load');");
  cli.write('data.csv', '1,2');
  const cases: [string, RegExp, number?][] = [
    ['missing.ts', /there is no missing\.ts; name a module that exists/],
    ['./nothing', /no \.\/nothing; did you mean \.\/nothing\.mjs\?/, 2],
    ['data.csv', /data\.csv is no module/, 2],
    ['.', /is a folder/],
    ['nothing.mjs', /has no default export; add: export default function \(recorder, options\)/],
    ['text.mjs', /has a default export that is of type string/],
    ['import.mjs', /does not load: Cannot find package 'not-there'/],
    ['syntax.mjs', /does not load: SyntaxError: .*; node --check syntax\.mjs shows where/],
    ['syntax.ts', /does not load: .* \(syntax\.ts:3\)/],
    ['enum.ts', /does not load: TypeScript enum is not supported .* \(enum\.ts:2\)/],
    ['load.mjs', /does not load: at load \(load\.mjs:2:7\)/],
  ];
  await Promise.all(
    cases.map(async ([file, message, exitCode = 1]) => {
      const { code, stdout, stderr } = await cli.run(['record', file, '--out', 'refused']);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^simtape: [^\n]+\n$/);
      expect({ file, code, stdout }).toEqual({ file, code: exitCode, stdout: '' });
    }),
  );
  expect(existsSync(cli.path('refused'))).toBe(false);
});

it('says which package makes a module CommonJS, and the way out', async () => {
  mkdirSync(cli.path('package'));
  cli.write('package/package.json', '{ "type": "commonjs" }');
  cli.write('package/sim.ts', 'export default function (): void {}');
  const { code, stderr } = await cli.run(['record', './package/sim.ts']);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'simtape: ./package/sim.ts does not load: package/package.json says that it is CommonJS: set "type": "module" there, or call it ./package/sim.mts\n',
  );
});
