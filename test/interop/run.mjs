// Has strangers read what simtape writes: programs that know the formats and not simtape. Installs them in .interop.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAnalysis } from './analyse.mjs';
import { checkHdf5, checkHdf5Runs } from './hdf5.mjs';

const folder = mkdtempSync(join(tmpdir(), 'simtape-interop-'));
const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' });

/** Python with the readers of requirements.txt. */
function python() {
  const bin = join('.interop', 'bin');
  const wanted = readFileSync('test/interop/requirements.txt', 'utf8');
  const marker = join(bin, 'installed');
  if (!existsSync(marker) || readFileSync(marker, 'utf8') !== wanted) {
    run('python3', '-m', 'venv', '.interop');
    run(
      join(bin, 'pip'),
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      'test/interop/requirements.txt',
    );
    writeFileSync(marker, wanted);
  }
  return join(bin, 'python');
}

try {
  const recording = join(folder, 'plume.db');
  const expected = join(folder, 'expected.json');
  const record = ['cli/main.ts', 'record', 'plume', '--episodes', '3', '--path', recording, '--json'];
  writeFileSync(expected, execFileSync(process.execPath, record));
  run('python3', 'test/interop/read_sqlite.py', recording, expected);

  const cases = join(folder, 'parquet');
  mkdirSync(cases);
  run(process.execPath, 'test/interop/parquet_cases.ts', cases);
  run(python(), 'test/interop/parquet_check.py', cases);

  const runs = join(folder, 'runs-of-parquet');
  mkdirSync(runs);
  run(process.execPath, 'test/interop/parquet_runs.ts', runs);
  run(python(), 'test/interop/parquet_runs.py', runs);
  checkHdf5(join(folder, 'hdf5'), python());

  const files = join(folder, 'runs-of-hdf5');
  mkdirSync(files);
  checkHdf5Runs(files, python());

  const statistics = join(folder, 'statistics');
  mkdirSync(statistics);
  run(process.execPath, 'test/interop/statistics.ts', statistics);
  run(python(), 'test/interop/statistics.py', statistics);

  const exports = join(folder, 'exports');
  mkdirSync(exports);
  run(process.execPath, 'test/interop/exports.ts', exports);
  run(python(), 'test/interop/exports.py', exports);

  await checkAnalysis(join(folder, 'analyse'), python());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
