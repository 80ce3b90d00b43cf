import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attribute, Dataset, File, Group, ready } from 'h5wasm/node';
import { expect } from 'vitest';
import type { MemoryFile } from './memory-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'simtape-hdf5-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Has h5wasm, which is the HDF5 library in C, open a file. */
export async function withFile<T>(file: MemoryFile, use: (file: File) => T): Promise<T> {
  await ready;
  const path = join(folder, `${++files}.h5`);
  writeFileSync(path, file.bytes);
  const opened = new File(path, 'r');
  try {
    if (opened.file_id < 0n) throw new Error('h5wasm cannot open the file');
    return use(opened);
  } finally {
    if (opened.file_id >= 0n) opened.close();
    rmSync(path);
  }
}

export function datasetAt(file: File, path: string): Dataset {
  const found = file.get(path);
  if (!(found instanceof Dataset)) throw new Error(`${path} is no dataset`);
  return found;
}

export function groupAt(file: File, path: string): Group {
  const found = path === '/' ? file : file.get(path);
  if (!(found instanceof Group)) throw new Error(`${path} is no group`);
  return found;
}

/** Values of all attributes, with the numbers of typed arrays as they are. */
export function attributesOf(object: { attrs: Record<string, Attribute> }): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object.attrs).map(([name, attribute]) => [name, attribute.value]));
}

/** The bits of a typed array, for comparisons that tell NaN from NaN and 0 from -0. */
export function bitsOf(value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
}

/** Values without the types that differ between what was given and what h5wasm makes of it. */
export function plain(value: unknown): unknown {
  if (!Array.isArray(value)) return bitsOf(value);
  const items = value.map((item) => bitsOf(item));
  // Opaque elements come in one piece.
  const opaque = value.length > 0 && value.every((item) => item instanceof Uint8Array && item.length === 3);
  return opaque ? items.join('') : items;
}

/** Compares what may be long, and says where it differs. */
export function expectSame(found: unknown, wanted: unknown): void {
  const [a, b] = [found, wanted].map((value) => (Array.isArray(value) ? value.map(String) : String(value)));
  if (a!.length !== b!.length) expect.fail(`${a!.length} long, not ${b!.length}: ${String(a).slice(0, 100)}`);
  for (let i = 0; i < a!.length; i++) {
    if (a![i] !== b![i]) expect.fail(`differs at ${i}: ${a!.slice(i, i + 20)}, not ${b!.slice(i, i + 20)}`);
  }
}
