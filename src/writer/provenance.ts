import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Provenance, RunInfo } from '../backends/backend.ts';
import type { ResolvedConfig } from '../config/recorder-config.ts';
import { version } from './version.ts';

/** `run_YYYYMMDD_HHMMSS_xxxx`: local time, and enough chance that runs of one second differ. */
export function makeRunId(now: Date = new Date()): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  return `run_${day}_${time}_${randomBytes(4).readUInt32LE().toString(36).padStart(4, '0').slice(-4)}`;
}

/** What is known of a run when it starts. */
export function describeRun(config: ResolvedConfig, runId: string): RunInfo {
  const configuration = config.configuration ?? null;
  return {
    runId,
    startTimestamp: Date.now() / 1000,
    configuration,
    configurationHash: createHash('sha256').update(canonicalJson(configuration)).digest('hex'),
    metadata: config.metadata,
    provenance: provenanceOf(config),
  };
}

function provenanceOf({ world, seed }: ResolvedConfig): Provenance {
  const gitCommit = findCommit(process.cwd());
  return {
    ...(world === undefined ? {} : { world }),
    ...(seed === undefined ? {} : { seed }),
    ...(gitCommit === null ? {} : { gitCommit }),
    host: hostname(),
    platform: `${process.platform} ${process.arch}`,
    versions: { simtape: version(), node: process.versions.node },
  };
}

/** JSON with sorted keys, so that equal configurations have equal hashes. */
export function canonicalJson(value: unknown): string {
  const sorted = (_: string, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof part === 'bigint'
        ? part.toString()
        : part;
  return JSON.stringify(value, sorted) ?? 'null';
}

/** The commit that is checked out at or above a folder, or null. Reads git's files, as starting git takes longer. */
export function findCommit(folder: string): string | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const git = gitFolder(at);
    if (git !== null) return commitOf(git);
    if (dirname(at) === at) return null;
  }
}

function gitFolder(at: string): string | null {
  const git = join(at, '.git');
  if (read(join(git, 'HEAD')) !== null) return git;
  // In a work tree, .git is a file that names the folder.
  const link = read(git)?.match(/^gitdir: (.+)/)?.[1];
  return link === undefined ? null : resolve(at, link.trim());
}

function commitOf(git: string): string | null {
  const head = read(join(git, 'HEAD'))?.trim();
  const reference = head?.match(/^ref: (.+)/)?.[1];
  if (reference === undefined) return head ?? null;
  const shared = read(join(git, 'commondir'))?.trim();
  const common = shared === undefined ? git : resolve(git, shared);
  const packed = read(join(common, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${reference}`));
  return read(join(common, reference))?.trim() ?? packed?.split(' ')[0] ?? null;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
