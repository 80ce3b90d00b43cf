import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Dataset, File, Group, ready } from 'h5wasm/node';
import { expect } from 'vitest';
import { openRecording, recover, verify } from '../../../src/read/index.ts';
import { type Confirmed, killAfter } from './after.ts';
import { checkTables, type Row } from './rows.ts';

const RECOVERER = fileURLToPath(new URL('../programs/recoverer.ts', import.meta.url));

/** The last checkpoint opens before and after recovery, which is killed itself; then all is there. */
export async function checkHdf5(path: string, confirmed: Confirmed): Promise<void> {
  await ready;
  readTables(path);
  // As it is, all that was confirmed is seen already.
  using reader = await openRecording(path);
  expect(reader.runs()[0]).toMatchObject({ state: 'crashed' });
  expect(reader.runs()[0]!.steps).toBeGreaterThanOrEqual(confirmed.steps);
  reader.close();
  await killRecovery(path, Math.random() * 250);
  readTables(path);
  const { losses } = await recover(path);
  expect(losses).toEqual([]);
  const tables = readTables(path);
  checkTables(tables, confirmed);
  checkOwn(path, tables.get('simulation_frame')?.length ?? 0);
  expect(await recover(path)).toMatchObject({ outcome: 'nothing' });
  expect(existsSync(`${path}.journal`)).toBe(false);
  const { ok, checks } = await verify(path);
  expect(ok, JSON.stringify(checks)).toBe(true);
}

/** Recovers in a process that is killed some time after it has begun, unless it comes to its end before. */
async function killRecovery(path: string, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, [RECOVERER, path]);
  const last = await killAfter(child, 1, delayMs).catch((error: Error) => error.message);
  expect(last).toMatch(/^(begun|done)$/);
}

/** The rows of all tables, as the HDF5 library sees them, steps in the order of their ids. */
function readTables(path: string): Map<string, Row[]> {
  const file = new File(path, 'r');
  expect(file.file_id).toBeGreaterThan(0n);
  try {
    const tables = new Map<string, Row[]>();
    const run = String(file.attrs.run_id!.value);
    for (const name of groupAt(file, run).keys()) {
      if (name === 'tables') continue;
      tables.set('steps', [...(tables.get('steps') ?? []), ...rowsIn(groupAt(file, `${run}/${name}`))]);
    }
    for (const name of groupAt(file, `${run}/tables`).keys()) {
      tables.set(name, rowsIn(groupAt(file, `${run}/tables/${name}`)));
    }
    tables.get('steps')?.sort((a, b) => Number(a.step_id) - Number(b.step_id));
    return tables;
  } finally {
    file.close();
  }
}

/** A dataset beside the tables has a row for each frame, no more and no less. */
function checkOwn(path: string, frames: number): void {
  const file = new File(path, 'r');
  try {
    const { shape, value } = file.get('own/frames') as Dataset;
    expect(shape).toEqual([frames, 2]);
    const wanted = Array.from({ length: frames }, (_, frame) => [frame, -frame]).flat();
    expect(value).toEqual(Int32Array.from(wanted));
  } finally {
    file.close();
  }
}

function groupAt(file: File, path: string): Group {
  const found = file.get(path);
  if (!(found instanceof Group)) throw new Error(`${path} is no group`);
  return found;
}

function rowsIn(group: Group): Row[] {
  const columns = group.keys().map((name): [string, Dataset] => [name, group.get(name) as Dataset]);
  const values = columns.map(([, dataset]) => dataset.value as ArrayLike<unknown>);
  const rows = columns[0]?.[1].shape?.[0] ?? 0;
  return Array.from({ length: rows }, (_, row) => {
    const cells: Row = {};
    for (const [i, [name, { shape }]] of columns.entries()) {
      const width = shape![1] ?? 1;
      if (width > 1) cells[`${name}_x`] = values[i]![row * width];
      else cells[name] = values[i]![row];
    }
    if (cells['data.valid'] !== undefined) {
      cells.data = cells['data.valid'] === 0 ? null : JSON.parse(String(cells.data));
    } else if (typeof cells.data === 'string') {
      cells.data = JSON.parse(cells.data);
    }
    return cells;
  });
}
