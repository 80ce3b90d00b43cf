import type { ColliderDesc, RigidBodyDesc, World } from '@dimforge/rapier3d-compat';
import { RandomStream } from '../random.ts';
import { resolveScene, type SceneOptions } from './options.ts';
import type { Rapier } from './rapier.ts';

/** Side of the floor's square and its thickness, m. Its surface is at y = 0. */
const FLOOR = { side: 200, thickness: 1 };
/** Of the places that bodies start from, m: more than twice the reach of the largest of them. */
const SPACING = 1.5;
/** Of the lowest places, m. */
const LOWEST = 1;

/** A world in which spheres, boxes and capsules are about to fall on a floor. */
export function makeScene(rapier: Rapier, options: SceneOptions = {}): World {
  const { bodies, seed, gravity } = resolveScene(options);
  const world = new rapier.World({ x: 0, y: gravity, z: 0 });
  const { side, thickness } = FLOOR;
  const floor = rapier.RigidBodyDesc.fixed()
    .setTranslation(0, -thickness / 2, 0)
    .setUserData('floor');
  const slab = rapier.ColliderDesc.cuboid(side / 2, thickness / 2, side / 2);
  world.createCollider(slab, world.createRigidBody(floor));

  const random = RandomStream.named(seed, 'rigid/scene');
  // Four layers or so, whatever the number of bodies.
  const row = Math.max(1, Math.ceil(Math.sqrt(bodies / 4)));
  for (let i = 0; i < bodies; i++) {
    const [shape, collider] = randomShape(rapier, random);
    const body = world.createRigidBody(randomBody(rapier, random, i, row).setUserData(`${shape}_${i}`));
    world.createCollider(collider.setDensity(random.uniform(200, 2000)).setRestitution(0.3), body);
  }
  return world;
}

function randomShape(rapier: Rapier, random: RandomStream): [string, ColliderDesc] {
  const [a, b, c] = [random.uniform(0.15, 0.35), random.uniform(0.15, 0.35), random.uniform(0.15, 0.35)];
  switch (random.nextUint32() % 3) {
    case 0:
      return ['sphere', rapier.ColliderDesc.ball(a)];
    case 1:
      return ['box', rapier.ColliderDesc.cuboid(a, b, c)];
    default:
      return ['capsule', rapier.ColliderDesc.capsule(b, a)];
  }
}

function randomBody(rapier: Rapier, random: RandomStream, i: number, row: number): RigidBodyDesc {
  const place = (k: number) => (k - (row - 1) / 2) * SPACING + random.uniform(-0.05, 0.05);
  const layer = Math.floor(i / (row * row));
  const turn = [random.normal(), random.normal(), random.normal(), random.normal()] as const;
  const length = Math.hypot(...turn);
  const [x, y, z, w] = turn.map((part) => part / length) as [number, number, number, number];
  return rapier.RigidBodyDesc.dynamic()
    .setTranslation(place(i % row), LOWEST + layer * SPACING, place(Math.floor(i / row) % row))
    .setRotation({ x, y, z, w })
    .setAngvel({ x: random.normal(), y: random.normal(), z: random.normal() });
}
