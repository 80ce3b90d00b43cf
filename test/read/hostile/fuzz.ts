import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Kind, make } from './recordings.ts';

const PROGRAM = fileURLToPath(new URL('fuzzer.ts', import.meta.url));
/** The old space of the child in MB; typed arrays come on top of it. */
const HEAP_MB = 512;
/** A case takes a tenth of a second; one that takes as long as this goes on for ever. */
const PATIENCE_MS = 300_000;

/**
 * Most memory, in MB, that reading damaged copies of a small recording may take. The HDF5 library takes as much as a text
 * says that it is long, at most 2 GB, which is all that it can have.
 */
export function mostMemory(kind: Kind): number {
  return kind.startsWith('hdf5') ? 4500 : 700;
}

export interface FuzzResult {
  /** How many cases came to their end. */
  readonly cases: number;
  /** How often a call ended in each way. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** What must not be, each with its case: errors of no type, crashes, cases without end. */
  readonly faults: readonly string[];
  /** Most memory that the child had, in MB. */
  readonly peakMb: number;
}

/** Reads damaged copies of a recording in a child process, which may crash or never end. */
export async function fuzz(kind: Kind, seed: number, cases: number): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-hostile-'));
  try {
    const scratch = join(folder, 'scratch');
    mkdirSync(scratch);
    const template = join(folder, 'template');
    make(template, kind);
    return await run(kind, template, scratch, seed, cases);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the child says, one line each. */
type Line =
  | { readonly case: number; readonly damages: readonly string[] }
  | { readonly done: number; readonly outcomes: Readonly<Record<string, number>>; readonly rss: number }
  | { readonly untyped: string };

function run(
  kind: Kind,
  template: string,
  scratch: string,
  seed: number,
  cases: number,
): Promise<FuzzResult> {
  const args = [
    `--max-old-space-size=${HEAP_MB}`,
    PROGRAM,
    kind,
    template,
    scratch,
    `${seed}`,
    '0',
    `${cases}`,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const outcomes: Record<string, number> = {};
  const faults: string[] = [];
  let [current, done, peakMb, stderr] = ['before the first case', 0, 0, ''];
  const hangs = () => {
    faults.push(`${current}: it does not end`);
    child.kill('SIGKILL');
  };
  let timer = setTimeout(hangs, PATIENCE_MS);
  createInterface({ input: child.stdout }).on('line', (text) => {
    clearTimeout(timer);
    timer = setTimeout(hangs, PATIENCE_MS);
    const line = JSON.parse(text) as Line;
    if ('case' in line) current = `case ${line.case} of seed ${seed} (${line.damages.join(', ')})`;
    else if ('untyped' in line) faults.push(`${current}: ${line.untyped}`);
    else {
      done++;
      peakMb = Math.max(peakMb, line.rss);
      for (const [outcome, count] of Object.entries(line.outcomes)) {
        if (outcome.startsWith('untyped')) faults.push(`${current}: ${outcome}`);
        else outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
      }
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code !== 0) faults.push(`${current}: it ended with ${code ?? signal}: ${stderr}`);
      resolve({ cases: done, outcomes, faults, peakMb });
    });
  });
}
