import type {
  Collider,
  RigidBody,
  Rotation,
  TempContactManifold,
  Vector,
  World,
} from '@dimforge/rapier3d-compat';
import type { RowOf, Table } from '../../src/index.ts';
import { rotate } from './energy.ts';
import { type Contact, SHAPES } from './tables.ts';

/** What is known of a body by who looks for contacts. */
export interface ContactBody {
  readonly body: RigidBody;
  /** Its row in the table `body`. */
  readonly id: number;
  readonly dynamic: boolean;
}

const COMPOUND = SHAPES.indexOf('compound');

/**
 * Records where dynamic bodies touched others in the step. Rapier hands contacts out pair by pair, with some objects for
 * each, so that this costs more than everything else together.
 */
export class ContactReader {
  readonly #world: World;
  readonly #table: Table<typeof Contact>;
  #position: Vector = { x: 0, y: 0, z: 0 };
  #rotation: Rotation = { x: 0, y: 0, z: 0, w: 1 };

  constructor(world: World, table: Table<typeof Contact>) {
    this.#world = world;
    this.#table = table;
  }

  record(frame: number, bodies: ReadonlyMap<RigidBody, ContactBody>): void {
    for (const own of bodies.values()) {
      if (!own.dynamic) continue;
      const count = own.body.numColliders();
      for (let i = 0; i < count; i++) this.#ofCollider(frame, own, own.body.collider(i), bodies);
    }
  }

  #ofCollider(
    frame: number,
    own: ContactBody,
    collider: Collider,
    bodies: ReadonlyMap<RigidBody, ContactBody>,
  ): void {
    this.#world.contactPairsWith(collider, (touched) => {
      const parent = touched.parent();
      const other = parent === null ? undefined : bodies.get(parent);
      // Both bodies of a pair see it; the one with the lower id tells.
      if (other?.dynamic && other.id <= own.id) return;
      this.#world.contactPair(collider, touched, (manifold, flipped) => {
        this.#ofManifold(frame, own.id, other?.id ?? null, collider, manifold, flipped);
      });
    });
  }

  #ofManifold(
    frame_id: number,
    body_a_id: number,
    body_b_id: number | null,
    collider: Collider,
    manifold: TempContactManifold,
    flipped: boolean,
  ): void {
    const count = manifold.numContacts();
    let normal: Vector | null = null;
    for (let i = 0; i < count; i++) {
      const impulse = manifold.contactImpulse(i);
      const distance = manifold.contactDist(i);
      // Rapier also keeps points that are about to touch.
      if (impulse === 0 && distance > 0) continue;
      if (normal === null) {
        normal = directed(manifold.normal(), flipped);
        this.#position = collider.translation(this.#position);
        this.#rotation = collider.rotation(this.#rotation);
      }
      const point = this.#pointOn(collider, manifold, flipped, i);
      const row: RowOf<typeof Contact> = { frame_id, body_a_id, body_b_id, point, normal, distance, impulse };
      this.#table.append(row);
    }
  }

  /** In the world; null where Rapier gives the point in the frame of a compound's part, which it does not name. */
  #pointOn(collider: Collider, manifold: TempContactManifold, flipped: boolean, i: number): Vector | null {
    const local = flipped ? manifold.localContactPoint2(i) : manifold.localContactPoint1(i);
    if (local === null || collider.shapeType() === COMPOUND) return null;
    const { x, y, z } = this.#position;
    const turned = rotate(this.#rotation, local);
    return { x: x + turned.x, y: y + turned.y, z: z + turned.z };
  }
}

function directed({ x, y, z }: Vector, flipped: boolean): Vector {
  return flipped ? { x: -x, y: -y, z: -z } : { x, y, z };
}
