// Has h5py, and the tools of HDF5 where they are installed, read the files of hdf5_cases.ts and hdf5_runs.ts.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const say = (line) => process.stdout.write(`${line}\n`);

/** Runs a tool that must have nothing to complain about. */
function quietly(tool, ...args) {
  const { status, stderr } = spawnSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0 || stderr !== '')
    throw new Error(`${tool} ${args.join(' ')}: status ${status}\n${stderr}`);
}

/**
 * Has the tools read all files of a folder, and write them anew.
 * @param folder of the files
 * @returns the files that were written, or null where there are no tools
 */
function useTools(folder) {
  if (spawnSync('h5dump', ['--version']).status !== 0) {
    say('skipped: h5dump, h5stat, h5ls, h5repack, h5diff (Debian: apt-get install hdf5-tools)');
    return null;
  }
  // The tools have no LZF.
  const files = readdirSync(folder).filter((name) => name.endsWith('.h5') && !name.includes('lzf'));
  const repacked = join(folder, 'repacked');
  mkdirSync(repacked);
  for (const name of files) {
    const file = join(folder, name);
    quietly('h5dump', file);
    quietly('h5stat', file);
    quietly('h5ls', '-r', '-v', file);
    // Without -L it copies no attribute of more than 64 KB, whoever wrote it.
    quietly('h5repack', ...(name.startsWith('large') ? ['-L'] : []), file, join(repacked, name));
    quietly('h5diff', file, join(repacked, name));
  }
  say(`${files.length} files without a warning in h5dump, h5stat, h5ls, h5repack and h5diff`);
  return files.map((name) => join(repacked, name));
}

/**
 * @param folder an empty folder
 * @param python a Python that has h5py; the system's is taken, too, if it has one
 */
export function checkHdf5(folder, python) {
  execFileSync(process.execPath, ['test/interop/hdf5_cases.ts', folder], { stdio: 'inherit' });
  const check = (program, ...files) =>
    execFileSync(program, ['test/interop/hdf5_check.py', folder, ...files], { stdio: 'inherit' });
  check(python);
  if (spawnSync('/usr/bin/python3', ['-c', 'import h5py']).status === 0) check('/usr/bin/python3');
  else say('skipped: h5py of the system (Debian: apt-get install python3-h5py)');
  const repacked = useTools(folder);
  if (repacked !== null) check(python, ...repacked);
}

/**
 * Whole recordings: as they were closed, as a kill left them, as they were recovered, and one of 10,000 episodes.
 * @param folder an empty folder
 * @param python a Python that has h5py
 */
export function checkHdf5Runs(folder, python) {
  execFileSync(process.execPath, ['test/interop/hdf5_runs.ts', folder], { stdio: 'inherit' });
  execFileSync(python, ['test/interop/hdf5_runs.py', folder], { stdio: 'inherit' });
  useTools(folder);
}
