import type { ColliderDesc, World } from '@dimforge/rapier3d-compat';
import { loadRapier, type Rapier, WorldModel } from '../../../worlds/rigid/index.ts';
import type { SqlRow } from '../../backends/scratch.ts';
import { connect, freshPath, select } from '../../backends/scratch.ts';

export const DT: number = 1 / 60;
export const rapier: Rapier = await loadRapier();

/** A world without anything in it. Rapier frees it when it is collected. */
export function emptyWorld(gravity = -9.81): World {
  return new rapier.World({ x: 0, y: gravity, z: 0 });
}

export function addFloor(world: World): void {
  const floor = world.createRigidBody(rapier.RigidBodyDesc.fixed().setUserData('floor'));
  world.createCollider(rapier.ColliderDesc.cuboid(50, 0.5, 50).setTranslation(0, -0.5, 0), floor);
}

export function ball(radius = 0.5): ColliderDesc {
  return rapier.ColliderDesc.ball(radius).setDensity(1000);
}

/** A model with `count` balls at height `y`, 2 m apart, and nothing else. */
export function balls(count: number, y = 100): WorldModel {
  const model = new WorldModel(emptyWorld());
  for (let i = 0; i < count; i++) {
    const body = rapier.RigidBodyDesc.dynamic()
      .setTranslation(2 * i, y, 0)
      .setUserData(`ball_${i}`);
    model.addBody(body, ball());
  }
  return model;
}

export function steps(model: WorldModel, count: number): void {
  for (let step = 0; step < count; step++) model.update(DT);
}

/** Records `count` steps of a model and returns what a query finds. */
export function recorded(model: WorldModel, count: number): (sql: string) => SqlRow[] {
  const path = freshPath();
  model.enableRecording(path);
  steps(model, count);
  model.disableRecording();
  const database = connect(path);
  return (sql) => select(database, sql);
}

export interface StateRow extends SqlRow {
  readonly simulation_time: number;
  readonly [column: string]: number;
}

/** States of all bodies, frame by frame, with the frame's time. */
export const STATES = `SELECT s.*, f.simulation_time FROM inertial_state s
  JOIN simulation_frame f ON f.id = s.frame_id ORDER BY s.id`;
