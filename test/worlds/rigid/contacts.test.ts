import { expect, test } from 'vitest';
import { WorldModel } from '../../../worlds/rigid/index.ts';
import type { SqlRow } from '../../backends/scratch.ts';
import { addFloor, ball, DT, emptyWorld, rapier, recorded } from './support.ts';

const TOUCHING = `SELECT c.*, a.name AS a, b.name AS b FROM contact c JOIN body a ON a.id = c.body_a_id
  LEFT JOIN body b ON b.id = c.body_b_id WHERE c.frame_id = (SELECT max(id) FROM simulation_frame) ORDER BY a.id, b.id`;

function model(): WorldModel {
  const world = emptyWorld();
  addFloor(world);
  return new WorldModel(world, { contacts: true });
}

function sum(rows: readonly SqlRow[], column: string): number {
  return rows.reduce((total, row) => total + (row[column] as number), 0);
}

test('the impulses under a body at rest carry its weight, at points under it, from it to the floor', () => {
  const resting = model();
  const body = rapier.RigidBodyDesc.dynamic().setTranslation(3, 0.3, 0).setUserData('box').setCanSleep(false);
  resting.addBody(body, rapier.ColliderDesc.cuboid(0.3, 0.3, 0.3).setDensity(1000));
  const [asset] = resting.inertialAssets;
  const rows = recorded(resting, 120)(TOUCHING);
  expect(rows).toHaveLength(4);
  expect(sum(rows, 'impulse') / (asset!.mass * 9.81 * DT)).toBeCloseTo(1, 3);
  expect(sum(rows, 'point_x') / 4).toBeCloseTo(3, 3);
  for (const row of rows) {
    expect(row).toMatchObject({ a: 'box', b: 'floor' });
    expect(row.normal_y).toBeCloseTo(-1, 5);
    expect(row.point_y).toBeCloseTo(0, 2);
    expect(Math.abs((row.point_x as number) - 3)).toBeCloseTo(0.3, 3);
  }
});

test('a pair of bodies is told once, with the lower one as a', () => {
  const stack = model();
  for (const [name, y] of [
    ['lower', 0.5],
    ['upper', 1.5],
  ] as const) {
    const body = rapier.RigidBodyDesc.dynamic().setTranslation(0, y, 0).setUserData(name).setCanSleep(false);
    stack.addBody(body.enabledRotations(false, false, false).enabledTranslations(false, true, false), ball());
  }
  const rows = recorded(stack, 120)(TOUCHING);
  expect(rows.map(({ a, b }) => [a, b])).toEqual([
    ['lower', 'floor'],
    ['lower', 'upper'],
  ]);
  expect(rows[1]!.normal_y).toBeCloseTo(1, 5);
  expect(rows[1]!.point_y).toBeCloseTo(1, 2);
  expect((rows[0]!.impulse as number) / (rows[1]!.impulse as number)).toBeCloseTo(2, 2);
});

test('a collider without a body is null', () => {
  const loose = new WorldModel(emptyWorld(), { contacts: true, energy: false });
  loose.world.createCollider(rapier.ColliderDesc.cuboid(5, 0.5, 5).setTranslation(0, -0.5, 0));
  loose.addBody(rapier.RigidBodyDesc.dynamic().setTranslation(0, 0.5, 0), ball());
  const query = recorded(loose, 10);
  expect(query(TOUCHING)).toEqual([expect.objectContaining({ a: 'body_0', b: null, body_b_id: null })]);
  expect(query("SELECT name FROM sqlite_master WHERE name = 'system_energy'")).toEqual([]);
});

test('they are off unless they are asked for', () => {
  const world = emptyWorld();
  addFloor(world);
  const query = recorded(new WorldModel(world), 2);
  expect(query("SELECT name FROM sqlite_master WHERE name = 'contact'")).toEqual([]);
});
