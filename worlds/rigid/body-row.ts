import type { Collider, RigidBody } from '@dimforge/rapier3d-compat';
import type { RowOf } from '../../src/index.ts';
import { type Body, MOTIONS, SHAPES, type ShapeName } from './tables.ts';

export type BodyRow = RowOf<typeof Body>;

/** Index of a handle in Rapier's set: its low 32 bits. The high ones count how often the place was used before. */
function slotOf(handle: number): number {
  BITS.setFloat64(0, handle, true);
  return BITS.getUint32(0, true);
}

const BITS = new DataView(new ArrayBuffer(8));

/** What a body is called: its `userData`, where that is a text. */
export function nameOf(body: RigidBody): string {
  return typeof body.userData === 'string' ? body.userData : `body_${slotOf(body.handle)}`;
}

/** A body's row in the table `body`. */
export function bodyRow(body: RigidBody): BodyRow {
  const colliders = body.numColliders();
  return {
    name: nameOf(body),
    slot: slotOf(body.handle),
    motion: MOTIONS[body.bodyType()]!,
    ...(colliders === 1
      ? colliderColumns(body.collider(0))
      : { shape: colliders === 0 ? 'none' : 'several' }),
    mass: body.mass(),
    center_of_mass: body.localCom(),
    principal_inertia: body.principalInertia(),
    principal_axes: body.principalInertiaLocalFrame(),
    gravity_scale: body.gravityScale(),
  };
}

type ColliderColumns = Pick<
  BodyRow,
  'shape' | 'half_extents' | 'radius' | 'half_height' | 'density' | 'friction' | 'restitution'
>;

function colliderColumns(collider: Collider): ColliderColumns {
  const shape = (SHAPES[collider.shapeType()] as ShapeName | undefined) ?? 'other';
  const has = (...words: readonly string[]) => words.some((word) => shape.endsWith(word));
  return {
    shape,
    half_extents: has('cuboid') ? collider.halfExtents() : null,
    radius: has('ball', 'capsule', 'cylinder', 'cone') ? collider.radius() : null,
    half_height: has('capsule', 'cylinder', 'cone') ? collider.halfHeight() : null,
    density: collider.density(),
    friction: collider.friction(),
    restitution: collider.restitution(),
  };
}
