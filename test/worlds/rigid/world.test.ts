import { expect, test } from 'vitest';
import { createRecorder, isSimtapeError } from '../../../src/index.ts';
import * as api from '../../../worlds/rigid/index.ts';
import { connect, faults, freshPath, one, select } from '../../backends/scratch.ts';

test('exports the model, the tables, the scene and nothing else', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'Body',
    'Contact',
    'InertialState',
    'SystemEnergy',
    'WorldModel',
    'defaultRigidOptions',
    'defaultScene',
    'loadRapier',
    'makeScene',
    'runRigid',
  ]);
});

test('every column says what it is', () => {
  for (const { name, columns } of [api.Body, api.InertialState, api.Contact, api.SystemEnergy]) {
    for (const [key, column] of Object.entries(columns)) {
      expect(column, `${name}.${key}`).toHaveProperty('description');
    }
  }
  const { position, velocity, acceleration, quaternion_rate, angular_acceleration } =
    api.InertialState.columns;
  const units = [position, velocity, acceleration, quaternion_rate, angular_acceleration].map(
    ({ unit }) => unit,
  );
  expect(units).toEqual(['m', 'm/s', 'm/s^2', '1/s', 'rad/s^2']);
});

test('where Rapier is not installed, one line says what to install', async () => {
  const missing = Object.assign(new Error("Cannot find package '@dimforge/rapier3d-compat'"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  const error = await api.loadRapier(() => Promise.reject(missing)).catch((thrown: unknown) => thrown);
  if (!isSimtapeError(error, 'BackendUnavailable')) expect.fail(String(error));
  expect(error.message).toMatch(/^[^\n]*npm install @dimforge\/rapier3d-compat$/);
  expect(error.cause).toBe(missing);
});

test('a run records what it says, with contacts, and says how far it is', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path });
  const calls: [number, number][] = [];
  await api.runRigid(recorder, { bodies: 9, steps: 60, onProgress: (...call) => calls.push(call) });
  await recorder.close();
  expect(calls).toHaveLength(60);
  expect(calls.at(-1)).toEqual([60, 60]);
  const database = connect(path);
  const count = (table: string) => one(database, `SELECT count(*) FROM ${table}`);
  expect(['simulation_frame', 'inertial_state', 'system_energy', 'body'].map(count)).toEqual([
    60, 540, 60, 10,
  ]);
  expect(count('contact')).toBeGreaterThan(0);
  const shapes = select(database, 'SELECT DISTINCT shape FROM body ORDER BY shape').map(({ shape }) => shape);
  expect(shapes).toEqual(['ball', 'capsule', 'cuboid']);
  expect(faults(database)).toEqual([]);
});

test('options that make no sense are refused before anything is recorded', async () => {
  await using recorder = await createRecorder({ backend: 'none' });
  for (const options of [{ steps: 0 }, { timeStep: 0 }, { bodies: -1 }]) {
    await expect(api.runRigid(recorder, options)).rejects.toThrow(RangeError);
  }
});

test('a recorder that records nothing costs nothing but the reading', async () => {
  await using recorder = await createRecorder({ backend: 'none' });
  await expect(api.runRigid(recorder, { bodies: 3, steps: 3 })).resolves.toBeUndefined();
});
