import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';

/** Which process writes a recording, so that a reader can tell a living writer from one that crashed. Plain data. */
export interface WriterProcess {
  readonly host: string;
  readonly pid: number;
  /** Differs from one start of the machine to the next; null where the system does not say. */
  readonly bootId: string | null;
  /** When the process started, in the system's own ticks; null where the system does not say. */
  readonly startTicks: number | null;
}

export const writerProcessSchema: z.ZodType<WriterProcess> = z.object({
  host: z.string(),
  pid: z.int(),
  bootId: z.string().nullable(),
  startTicks: z.number().nullable(),
});

/** This process. */
export function thisProcess(): WriterProcess {
  return { host: hostname(), pid: process.pid, bootId: bootId(), startTicks: startTicks(process.pid) };
}

/**
 * Whether the process runs. Of a process on another machine nothing is known, so it counts as alive; a process number
 * that was given out again is told from the writer's by the time of its start, where the system says it.
 */
export function isWriterAlive(writer: WriterProcess): boolean {
  if (writer.host !== hostname()) return true;
  if (writer.bootId !== null && writer.bootId !== bootId()) return false;
  if (!isRunning(writer.pid)) return false;
  return writer.startTicks === null || writer.startTicks === startTicks(writer.pid);
}

/** Whether a process of this machine runs: whoever may not signal it finds that it is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function bootId(): string | null {
  return read('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

/**
 * Field 22 of `/proc/<pid>/stat` (proc(5)); the second field, the program's name, may hold anything. Null of a process
 * that has ended and that nobody has asked about: where there is no init, as in containers, it is listed for ever.
 */
function startTicks(pid: number): number | null {
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
  if (fields?.[0] === 'Z' || fields?.[0] === 'X') return null;
  const ticks = Number(fields?.[19]);
  return Number.isFinite(ticks) ? ticks : null;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
