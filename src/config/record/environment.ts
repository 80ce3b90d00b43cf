import { decode } from '../compose/interpolate.ts';
import { refusal } from '../compose/refuse.ts';
import { type Branch, type Leaf, put } from '../compose/tree.ts';
import { BACKEND_KEYS, MODULE_KEYS } from './backend-keys.ts';
import type { Target } from './target.ts';
import { nameOf } from './target.ts';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which variable sets which key; the one for a backend sets nothing where another one is used. */
const VARIABLES: readonly { name: string; key: string; only?: string }[] = [
  { name: 'BUFFER_SIZE', key: 'performance.buffer.max_records' },
  { name: 'BUFFER_MEMORY_MB', key: 'performance.buffer.max_memory_mb' },
  { name: 'PARQUET_COMPRESSION', key: 'storage.compression.algorithm', only: 'parquet' },
  { name: 'HDF5_COMPRESSION', key: 'storage.compression', only: 'hdf5' },
  { name: 'ASYNC_IO', key: 'performance.async_io.enabled' },
  { name: 'IO_WORKERS', key: 'performance.async_io.worker_threads' },
];

/** A variable that is set. */
interface Variable {
  readonly name: string;
  readonly text: string;
}

/** `PLUME_RECORD_BACKEND` or its twin `SIMTAPE_RECORD_BACKEND`: which file of the group `record`. */
export function chosenBackend(environment: Environment): Variable | null {
  return read(environment, 'RECORD_BACKEND');
}

/**
 * Puts the variables of the environment over the group `record`.
 * @returns a sentence for each that is set and means nothing to the backend
 */
export function applyEnvironment(record: Branch, target: Target, environment: Environment): string[] {
  const notes: string[] = [];
  const keys = target.kind === 'own' ? BACKEND_KEYS[target.name] : MODULE_KEYS;
  for (const { name, key, only } of VARIABLES) {
    const variable = read(environment, name);
    if (variable === null) continue;
    const isTaken =
      keys.some((known) => known.key === key) && (only === undefined || only === nameOf(target));
    if (isTaken) {
      const origin = { from: 'environment', name: variable.name } as const;
      put(record, key.split('.'), {
        kind: 'leaf',
        value: variable.text,
        origin,
        decoded: decode(variable.text),
      } satisfies Leaf);
    } else notes.push(`${variable.name} is set, but the backend ${nameOf(target)} has no ${key}`);
  }
  return notes;
}

/** One of the twins; an empty one is not set. */
function read(environment: Environment, name: string): Variable | null {
  const set = [`SIMTAPE_${name}`, `PLUME_${name}`].filter((twin) => (environment[twin] ?? '') !== '');
  const [first, second] = set;
  if (first === undefined) return null;
  const text = environment[first]!;
  if (second !== undefined && environment[second] !== text) {
    throw refusal(first, text, `${second} is ${JSON.stringify(environment[second])}: set one of the two`, {
      from: 'environment',
      name: first,
    });
  }
  return { name: first, text };
}
