import type { ChildProcess } from 'node:child_process';

/** What a flush has confirmed. */
export interface Confirmed {
  readonly frames: number;
  readonly steps: number;
}

/** Kills a process some time after it has printed so many lines. Resolves with the last whole line. */
export function killAfter(child: ChildProcess, lines: number, delayMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    let killing = false;
    child.stderr!.on('data', (data) => {
      errors += data;
    });
    child.stdout!.on('data', (data) => {
      output += data;
      if (killing || output.split('\n').length <= lines) return;
      killing = true;
      setTimeout(() => child.kill('SIGKILL'), delayMs);
    });
    // Once all that it printed has been read.
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the process ended by itself (${code}): ${errors}`));
      else resolve(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1)!);
    });
  });
}
