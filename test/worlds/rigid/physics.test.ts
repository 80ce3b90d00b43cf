import { describe, expect, it } from 'vitest';
import { WorldModel } from '../../../worlds/rigid/index.ts';
import {
  addFloor,
  ball,
  balls,
  DT,
  emptyWorld,
  rapier,
  recorded,
  STATES,
  type StateRow,
  steps,
} from './support.ts';

const G = -9.81;
/** Rapier computes in 32-bit floats: relative error of one rounding. They add up over 4 substeps a step. */
const EPSILON = 2 ** -24;

describe('free fall', () => {
  const query = () => recorded(balls(1, 0), 120);

  it('has the acceleration of gravity in every step', () => {
    for (const row of query()(STATES) as StateRow[]) {
      // A velocity is off by some roundings, and a difference of two is divided by the step.
      const tolerance = (8 * EPSILON * Math.max(1, Math.abs(row.velocity_y!))) / DT;
      expect(Math.abs(row.acceleration_y! - G)).toBeLessThan(tolerance);
      expect(row).toMatchObject({ acceleration_x: 0, acceleration_z: 0, angular_acceleration_x: 0 });
    }
  });

  it('follows the closed form of symplectic Euler in four substeps', () => {
    const h = DT / 4;
    for (const [i, row] of (query()(STATES) as StateRow[]).entries()) {
      const m = 4 * (i + 1);
      expect(Math.abs(row.velocity_y! / (G * h * m) - 1)).toBeLessThan(m * EPSILON);
      expect(row.position_y).toBeCloseTo((G * h * h * m * (m + 1)) / 2, 3);
      expect(row.simulation_time).toBeCloseTo((i + 1) * DT, 12);
    }
  });

  it('keeps its energy, but for what the integrator takes', () => {
    const rows = query()('SELECT * FROM system_energy') as StateRow[];
    const mass = (1000 * 4 * Math.PI * 0.5 ** 3) / 3;
    for (const [i, { total, kinetic_translational, potential }] of rows.entries()) {
      // Symplectic Euler is behind by m g^2 h t / 2 in height.
      const t = (i + 1) * DT;
      const lag = (mass * G * G * (DT / 4) * t) / 2;
      expect(Math.abs(total! + lag)).toBeLessThan(1e-4 * kinetic_translational! + 0.1);
      expect(total).toBe(kinetic_translational! + potential!);
    }
  });
});

describe('a body that spins', () => {
  const OMEGA = { x: 1, y: 2, z: -2 };
  const spinning = () => {
    const model = new WorldModel(emptyWorld(0));
    const start = rapier.RigidBodyDesc.dynamic().setAngvel(OMEGA).setCanSleep(false);
    model.addBody(start.setRotation({ x: 0.5, y: -0.5, z: 0.5, w: 0.5 }), ball());
    return recorded(model, 240);
  };
  const quaternion = (row: StateRow, of = 'orientation') =>
    'xyzw'.split('').map((part) => row[`${of}_${part}`]!);

  it('keeps a unit quaternion and has no angular acceleration', () => {
    for (const row of spinning()(STATES) as StateRow[]) {
      expect(Math.hypot(...quaternion(row))).toBeCloseTo(1, 6);
      // Renormalising leaves some roundings of |w| = 3 each step.
      for (const part of 'xyz')
        expect(Math.abs(row[`angular_acceleration_${part}`]!)).toBeLessThan((32 * EPSILON * 3) / DT);
    }
  });

  it('has the analytic rate of its quaternion', () => {
    // q(t) = exp(w t / 2) q0 for constant w in the world's frame, so that |dq/dt| = |w| / 2 and dq/dt is normal to q.
    const [q0x, q0y, q0z, q0w] = [0.5, -0.5, 0.5, 0.5];
    const speed = Math.hypot(OMEGA.x, OMEGA.y, OMEGA.z);
    for (const row of spinning()(STATES) as StateRow[]) {
      const half = (speed * row.simulation_time) / 2;
      // d/dt exp(w t / 2) = (|w| / 2) (-sin, cos w/|w|).
      const u = (-Math.sin(half) * speed) / 2;
      const scale = Math.cos(half) / 2;
      const [ax, ay, az] = [OMEGA.x * scale, OMEGA.y * scale, OMEGA.z * scale];
      const expected = [
        u * q0x + ax * q0w + ay * q0z - az * q0y,
        u * q0y + ay * q0w + az * q0x - ax * q0z,
        u * q0z + az * q0w + ax * q0y - ay * q0x,
        u * q0w - ax * q0x - ay * q0y - az * q0z,
      ];
      const rate = quaternion(row, 'quaternion_rate');
      // Rapier's rotation lags by a relative (w h)^2 / 12, h a substep: 2e-4 rad a second of motion here.
      for (const [k, value] of rate.entries()) expect(Math.abs(value - expected[k]!)).toBeLessThan(5e-3);
      const q = quaternion(row);
      expect(Math.abs(rate.reduce((sum, value, k) => sum + value * q[k]!, 0))).toBeLessThan(1e-6);
      expect(Math.hypot(...rate)).toBeCloseTo(speed / 2, 3);
    }
  });

  it('has a rate that agrees with differences of the recorded quaternions to the second order', () => {
    const rows = spinning()(STATES) as StateRow[];
    const worst = (stride: number) => {
      let most = 0;
      for (let i = stride; i < rows.length - stride; i++) {
        const [before, after] = [quaternion(rows[i - stride]!), quaternion(rows[i + stride]!)];
        const rate = quaternion(rows[i]!, 'quaternion_rate');
        for (const k of rate.keys()) {
          most = Math.max(most, Math.abs((after[k]! - before[k]!) / (2 * stride * DT) - rate[k]!));
        }
      }
      return most;
    };
    // A central difference is off by d^2 |q'''| / 6 with |q'''| = (|w| / 2)^3.
    for (const stride of [2, 4, 8]) {
      const bound = ((stride * DT) ** 2 * 1.5 ** 3) / 6;
      expect(worst(stride)).toBeLessThan(bound * 1.1 + 1e-4);
    }
    expect(worst(8) / worst(4)).toBeCloseTo(4, 0);
  });

  it('keeps its energy', () => {
    const rows = spinning()('SELECT * FROM system_energy') as StateRow[];
    const mass = (1000 * 4 * Math.PI * 0.5 ** 3) / 3;
    const expected = 0.5 * 0.4 * mass * 0.5 ** 2 * 9;
    for (const row of rows) {
      // Twice the relative error of a velocity that is rounded in each of 4 substeps a step, some times in each.
      expect(Math.abs(row.kinetic_rotational! / expected - 1)).toBeLessThan(
        2 * 4 * rows.length * 4 * EPSILON,
      );
      expect(row).toMatchObject({ kinetic_translational: 0 });
    }
  });

  it('has the energy of its own axes where it is not round', () => {
    const model = new WorldModel(emptyWorld(0));
    const quarter = Math.SQRT1_2;
    // Turned by a quarter about z, so that the world's x axis is the body's -y axis.
    const start = rapier.RigidBodyDesc.dynamic().setRotation({ x: 0, y: 0, z: quarter, w: quarter });
    model.addBody(start.setAngvel({ x: 2, y: 0, z: 0 }), rapier.ColliderDesc.cuboid(1, 2, 3).setDensity(10));
    const [energy] = recorded(model, 1)('SELECT kinetic_rotational AS j FROM system_energy');
    const mass = 10 * 2 * 4 * 6;
    const aboutY = (mass * (1 ** 2 + 3 ** 2)) / 3;
    expect((energy!.j as number) / (0.5 * aboutY * 4)).toBeCloseTo(1, 4);
  });
});

describe('bodies on a floor', () => {
  it('never sink in', async () => {
    using model = await WorldModel.create({ bodies: 12, seed: 3 });
    const query = recorded(model, 600);
    // The least half side or radius of the scene is 0.15 m; a hard impact goes 2 cm deep at most.
    expect(query('SELECT min(position_y) AS y FROM inertial_state')[0]!.y).toBeGreaterThan(0.13);
    const [{ most, least, first }] = query(
      `SELECT max(total) AS most, min(total) AS least, (SELECT total FROM system_energy LIMIT 1) AS first
        FROM system_energy`,
    ) as [Record<string, number>];
    // Contacts take energy, but for what the solver gives back when it pushes overlapping bodies apart.
    expect(most).toBeLessThan(first! * 1.01);
    expect(least).toBeLessThan(first! * 0.6);
  });

  it('come to rest', () => {
    const world = emptyWorld();
    addFloor(world);
    const model = new WorldModel(world);
    for (let i = 0; i < 3; i++) {
      const tilted = rapier.RigidBodyDesc.dynamic().setTranslation(3 * i, 2, 0);
      model.addBody(
        tilted.setRotation({ x: 0.1, y: 0, z: 0.2, w: 0.974 }),
        rapier.ColliderDesc.cuboid(0.3, 0.2, 0.4),
      );
    }
    const rows = recorded(model, 600)(`${STATES} DESC LIMIT 3`) as StateRow[];
    for (const row of rows) {
      expect(row.position_y).toBeCloseTo(0.2, 2);
      for (const column of ['velocity', 'acceleration', 'angular_acceleration', 'quaternion_rate']) {
        for (const part of 'xyz') expect(Math.abs(row[`${column}_${part}`]!)).toBe(0);
      }
    }
  });

  it('are the same for the same seed and others for another', async () => {
    const run = async (seed: number) => {
      using model = await WorldModel.create({ bodies: 20, seed, contacts: true });
      const query = recorded(model, 120);
      const tables = ['body', 'inertial_state', 'contact', 'system_energy'];
      return [
        query('SELECT simulation_time FROM simulation_frame'),
        ...tables.map((name) => query(`SELECT * FROM ${name}`)),
      ];
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect((await run(8))[2]).not.toEqual(first[2]);
    for (const table of first) expect(table.length).toBeGreaterThan(0);
  });
});

describe('options of the scene', () => {
  it('are checked', async () => {
    for (const options of [{ bodies: -1 }, { bodies: 1.5 }, { seed: -3 }, { gravity: Number.NaN }]) {
      await expect(WorldModel.create(options)).rejects.toThrow(RangeError);
    }
    using none = await WorldModel.create({ bodies: 0 });
    steps(none, 2);
    expect(none.inertialAssets).toEqual([]);
  });
});
