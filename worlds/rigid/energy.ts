import type { RigidBody, Rotation, Vector } from '@dimforge/rapier3d-compat';
import type { MotionState } from './motion.ts';

/** What a body's energy depends on besides its motion; as it was when the body was first recorded. */
export interface Inertia {
  readonly mass: number;
  readonly gravityScale: number;
  readonly center: Vector;
  readonly principal: Vector;
  readonly axes: Rotation;
  /** Whether the energy of its spin depends on the axis. */
  readonly round: boolean;
}

export function inertiaOf(body: RigidBody): Inertia {
  const principal = body.principalInertia();
  const { x, y, z } = principal;
  return {
    mass: body.mass(),
    gravityScale: body.gravityScale(),
    center: body.localCom(),
    principal,
    axes: body.principalInertiaLocalFrame(),
    round: x === y && y === z,
  };
}

/** Adds up the energy of bodies, J. `w` is the angular velocity in the world's frame. */
export class EnergySum {
  translational = 0;
  rotational = 0;
  potential = 0;

  clear(): void {
    this.translational = 0;
    this.rotational = 0;
    this.potential = 0;
  }

  add(
    inertia: Inertia,
    { position, velocity: v, orientation: q }: MotionState,
    w: Vector,
    gravity: Vector,
  ): void {
    const { mass, gravityScale, center, principal, axes, round } = inertia;
    this.translational += 0.5 * mass * (v.x * v.x + v.y * v.y + v.z * v.z);
    let { x, y, z } = position;
    if (center.x !== 0 || center.y !== 0 || center.z !== 0) {
      const lever = rotate(q, center);
      x += lever.x;
      y += lever.y;
      z += lever.z;
    }
    this.potential -= mass * gravityScale * (gravity.x * x + gravity.y * y + gravity.z * z);
    if (round) {
      this.rotational += 0.5 * principal.x * (w.x * w.x + w.y * w.y + w.z * w.z);
    } else {
      const u = rotate(conjugate(axes), rotate(conjugate(q), w));
      this.rotational += 0.5 * (principal.x * u.x * u.x + principal.y * u.y * u.y + principal.z * u.z * u.z);
    }
  }
}

/** `v` turned by the unit quaternion `q`: v + 2 w (u x v) + 2 u x (u x v), with q = (u, w). */
export function rotate(q: Rotation, v: Vector): Vector {
  const x = 2 * (q.y * v.z - q.z * v.y);
  const y = 2 * (q.z * v.x - q.x * v.z);
  const z = 2 * (q.x * v.y - q.y * v.x);
  return {
    x: v.x + q.w * x + q.y * z - q.z * y,
    y: v.y + q.w * y + q.z * x - q.x * z,
    z: v.z + q.w * z + q.x * y - q.y * x,
  };
}

function conjugate({ x, y, z, w }: Rotation): Rotation {
  return { x: -x, y: -y, z: -z, w };
}
