import { execFileSync } from 'node:child_process';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** The machine, the Node version, the date and the commit, in one line. */
export function setting(quick: boolean): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return [
    `${processor}, ${availableParallelism()} cores, ${memory}`,
    `${type()} ${release()} ${arch()}`,
    `Node ${process.versions.node}`,
    new Date().toISOString().slice(0, 10),
    `commit ${commit()}`,
    ...(quick ? ['quick run'] : []),
  ].join('; ');
}

function commit(): string {
  const git = (...words: string[]) =>
    execFileSync('git', words, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    const changed = git('status', '--porcelain', '--', '../src') !== '';
    return git('rev-parse', '--short', 'HEAD').trim() + (changed ? ' with changes in src' : '');
  } catch {
    return 'unknown';
  }
}
