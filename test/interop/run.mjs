// Records with the command line and has strangers read it: programs that know the formats and not simtape.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'simtape-interop-'));
const path = join(folder, 'plume.db');
const expected = join(folder, 'expected.json');

try {
  const record = ['cli/main.ts', 'record', 'plume', '--episodes', '3', '--path', path, '--json'];
  writeFileSync(expected, execFileSync(process.execPath, record));
  execFileSync('python3', ['test/interop/read_sqlite.py', path, expected], { stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
