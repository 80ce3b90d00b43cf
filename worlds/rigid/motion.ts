import type { RigidBody, Rotation, Vector } from '@dimforge/rapier3d-compat';

/** State of one body at the end of a step. Rapier computes in 32-bit floats; what is derived here has 64. */
export interface MotionState {
  /** Origin of the body's frame, m. */
  position: Vector;
  /** Of the centre of mass, m/s. */
  velocity: Vector;
  /** m/s^2. */
  readonly acceleration: Vector;
  orientation: Rotation;
  /** 1/s. */
  readonly quaternion_rate: Rotation;
  /** rad/s^2. */
  readonly angular_acceleration: Vector;
}

/** Velocities of one body, which the next step's accelerations are taken from: 6 numbers. */
export const MEMORY = 6;

const vector = (): Vector => ({ x: 0, y: 0, z: 0 });
const rotation = (): Rotation => ({ x: 0, y: 0, z: 0, w: 1 });

/**
 * Reads bodies one after another into the same state. Rapier fills an object that it is given in less time than it takes
 * to make one, and leaves no garbage (docs/decisions.md); versions without that parameter return objects of their own,
 * which are taken as well.
 */
export class MotionReader {
  readonly state: MotionState = {
    position: vector(),
    velocity: vector(),
    acceleration: vector(),
    orientation: rotation(),
    quaternion_rate: rotation(),
    angular_acceleration: vector(),
  };
  /** Angular velocity of the body read last, in the world's frame, rad/s. */
  spin: Vector = vector();

  /** Stores velocities at `at` in `memory`, so that the next {@link read} starts from them. */
  remember(body: RigidBody, memory: Float64Array, at: number): void {
    const v = body.linvel();
    const w = body.angvel();
    memory.set([v.x, v.y, v.z, w.x, w.y, w.z], at);
  }

  /**
   * Reads a body after a step of `1 / rate` seconds and derives what Rapier does not give:
   *
   * - accelerations, as the change of velocity since the last reading times `rate`. Rapier's integrator is symplectic
   *   Euler in substeps, so that this is the mean over the step of all that acted: gravity, contacts, joints, damping,
   *   impulses and also velocities that were set. A body that falls asleep loses its rest of velocity that way.
   * - the quaternion's rate, dq/dt = (0, w) q / 2 with w in the world's frame (Diebel, "Representing Attitude: Euler
   *   Angles, Unit Quaternions, and Rotation Vectors", Stanford 2006, section 6.6, in its form for a quaternion that
   *   turns the body's frame into the world's).
   */
  read(body: RigidBody, rate: number, memory: Float64Array, at: number): void {
    const { state } = this;
    const { acceleration: a, angular_acceleration: b, quaternion_rate: rateOf } = state;
    state.position = body.translation(state.position);
    state.orientation = body.rotation(state.orientation);
    state.velocity = body.linvel(state.velocity);
    this.spin = body.angvel(this.spin);
    const { x: vx, y: vy, z: vz } = state.velocity;
    a.x = (vx - memory[at]!) * rate;
    a.y = (vy - memory[at + 1]!) * rate;
    a.z = (vz - memory[at + 2]!) * rate;
    memory[at] = vx;
    memory[at + 1] = vy;
    memory[at + 2] = vz;
    const { x: wx, y: wy, z: wz } = this.spin;
    b.x = (wx - memory[at + 3]!) * rate;
    b.y = (wy - memory[at + 4]!) * rate;
    b.z = (wz - memory[at + 5]!) * rate;
    memory[at + 3] = wx;
    memory[at + 4] = wy;
    memory[at + 5] = wz;
    const { x, y, z, w } = state.orientation;
    rateOf.x = 0.5 * (wx * w + wy * z - wz * y);
    rateOf.y = 0.5 * (wy * w + wz * x - wx * z);
    rateOf.z = 0.5 * (wz * w + wx * y - wy * x);
    rateOf.w = -0.5 * (wx * x + wy * y + wz * z);
  }
}
