import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../../', import.meta.url));
const NODE: string = join(root, 'node_modules', '.bin', 'node');
const MAIN: string = join(root, 'cli', 'main.ts');

/** Programs that are recorded. */
export const program = (name: string): string =>
  fileURLToPath(new URL(`../programs/${name}`, import.meta.url));

export interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly done: Promise<Done>;
  /** Resolves once the output of either stream holds a text; rejects where the process ends before. */
  printed(text: string): Promise<void>;
}

/** A folder for one test file, and how to run the command line in it. */
export class Cli implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'simtape-cli-'));

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, text: string | Uint8Array): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  run(args: readonly string[], options: { env?: NodeJS.ProcessEnv; input?: string } = {}): Promise<Done> {
    const { child, done } = this.start(args, options.env);
    child.stdin!.end(options.input ?? '');
    return done;
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
    return started(spawn(NODE, [MAIN, ...args], { cwd: this.folder, env: { ...environment(), ...env } }));
  }

  /** Runs a command that prints one JSON object. */
  async json<T>(args: readonly string[]): Promise<T> {
    const { stdout, stderr } = await this.run([...args, '--json']);
    try {
      return JSON.parse(stdout) as T;
    } catch {
      throw new Error(`no JSON: ${stdout}${stderr}`);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Without what npm and test runners add; with a cache, as most of a short run is reading our own sources. */
function environment(): NodeJS.ProcessEnv {
  const added = /^(npm_|INIT_CWD|FORCE_COLOR|NO_COLOR|NODE_|VITEST)/;
  const own = Object.entries(process.env).filter(([name]) => !added.test(name));
  return { ...Object.fromEntries(own), NODE_COMPILE_CACHE: join(tmpdir(), 'simtape-test-compile-cache') };
}

function started(child: ChildProcess): Started {
  let [stdout, stderr] = ['', ''];
  const waiting = new Set<() => void>();
  const more = () => {
    for (const look of waiting) look();
  };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    more();
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    more();
  });
  const done = new Promise<Done>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stdout.includes(text) || stderr.includes(text)) resolve();
      };
      waiting.add(look);
      look();
      void done.then(() => reject(new Error(`ended without printing ${text}: ${stdout}${stderr}`)));
    });
  return { child, done, printed };
}
