import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecorder } from '../../src/index.ts';
import type { RecoverReport, VerifyReport } from '../../src/read/index.ts';
import { killAfter } from '../writer/killed/after.ts';
import { Cli, root } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

/** A run whose process was killed, in `data/killed`. */
beforeAll(async () => {
  mkdirSync(cli.path('data'));
  const program = join(root, 'test', 'writer', 'programs', 'flusher.ts');
  await killAfter(spawn(process.execPath, [program, cli.path('data', 'killed'), 'parquet']), 3, 0);
});

/** A copy of it, as `name/killed`. */
function copy(name: string): string {
  cpSync(cli.path('data'), cli.path(name), { recursive: true });
  return cli.path(name, 'killed');
}
describe('simtape recover', () => {
  it('finishes what was killed, says what it found, and then has nothing to do', async () => {
    copy('whole');
    const dry = await cli.run(['recover', 'whole', '--dry-run']);
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^whole\/killed {2}can be recovered, nothing is lost\n/),
    });
    const done = await cli.run(['recover', 'whole']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toMatch(
      /^whole\/killed {2}recovered, nothing is lost\n {2}table +rows in files +from the journal\n/,
    );
    expect(done.stdout).toMatch(/\n {2}state +[\d,]+ +[\d,]+\n/);
    expect(await cli.run(['recover', 'whole/killed'])).toMatchObject({
      code: 0,
      stdout: 'whole/killed  nothing to do\n',
    });
    expect(await cli.run(['verify', 'whole'])).toMatchObject({ code: 0 });
    for (const command of ['ls', 'info']) {
      const { stdout } = await cli.run([command, 'whole']);
      expect(stdout).toContain('crashed');
      expect(stdout).not.toContain('recover');
    }
  });

  it('ends with 3 where something is lost', async () => {
    const manifest = join(copy('damaged'), 'run.json');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replace('"durability": "process"', '"durability": "none"'));
    const { recordings } = await cli.json<{ recordings: RecoverReport[] }>([
      'recover',
      'damaged',
      '--dry-run',
    ]);
    expect(recordings).toMatchObject([{ outcome: 'recoverable', losses: [expect.any(String)] }]);
    const { code, stdout } = await cli.run(['recover', 'damaged']);
    expect(code).toBe(3);
    expect(stdout).toContain(`recovered, with losses`);
    expect(stdout).toContain(recordings[0]!.losses[0]);
  });

  it('ends with 1 where it cannot, and recovers the others all the same', async () => {
    const run = copy('mixed');
    cpSync(run, cli.path('mixed', 'broken'), { recursive: true });
    writeFileSync(cli.path('mixed', 'broken', 'run.json'), '{');
    const { code, stdout } = await cli.run(['recover', 'mixed']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/broken {2}failed\n {2}.*no recording/);
    expect(stdout).toMatch(/killed {2}recovered, nothing is lost/);
    expect(await cli.run(['recover', 'nowhere'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no nowhere'),
    });
  });
});

describe('a recording that is being made', () => {
  it('is left alone in a folder, and refused where it is named', async () => {
    const recorder = await createRecorder({
      backend: 'parquet',
      path: cli.path('busy', 'run'),
      thread: false,
    });
    const swept = await cli.run(['recover', 'busy']);
    const named = await cli.run(['recover', 'busy/run']);
    await recorder.close();
    expect(swept).toMatchObject({ code: 0, stdout: expect.stringMatching(/^busy\/run {2}left alone\n/) });
    expect(named).toMatchObject({ code: 1, stdout: expect.stringMatching(/^busy\/run {2}failed\n/) });
  });
});

describe('simtape verify', () => {
  it('says that a killed run was not finished, and ends with 1', async () => {
    copy('unfinished');
    const { code, stdout } = await cli.run(['verify', 'unfinished']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^unfinished\/killed {2}parquet, crashed: something is wrong\n {2}files +ok +\d+ files\n/,
    );
    expect(stdout).toMatch(/end of the run +not ok\n {4}the run did not end/);
    expect(stdout).toMatch(/finish it with: .*recover unfinished\/killed/);
  });

  it('prints one object with --json, and takes several paths', async () => {
    copy('several');
    await cli.run(['recover', 'several']);
    const path = join('several', 'killed');
    await cli.run(['record', 'plume', '--episodes', '1', '--steps', '20', '--path', 'plume.db']);
    const verified = await cli.json<{ ok: boolean; recordings: VerifyReport[] }>([
      'verify',
      path,
      'plume.db',
    ]);
    expect(verified).toMatchObject({
      ok: true,
      recordings: [
        { format: 'parquet', ok: true },
        { path: 'plume.db', ok: true },
      ],
    });
    const [file] = ['state-000001.parquet'];
    truncateSync(cli.path('several', 'killed', 'tables', file!), 100);
    const { code, stdout } = await cli.run(['verify', '--json', path]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, recordings: [{ ok: false }] });
    expect(stdout).toContain(file);
  });

  it('says so where a recording cannot be looked at', async () => {
    cli.write('text.db', 'no database');
    const { code, stdout } = await cli.run(['verify', 'text.db']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^text.db {2}cannot be read\n/);
  });
});
